import { asArray, asCount, asObject, asString, optional, parseJson } from "../oci/json.ts";
import { type Engine, engineFailed, runEngine } from "./engine.ts";
import type { ExecResult, OutputLimit } from "./exec.ts";

/** A container to create. It does not start, and nothing is pulled for it. */
export interface NewContainer {
  readonly name: string;
  readonly image: string;
  /** What to run in place of the image's own command. */
  readonly command: readonly string[];
  /** Further options of `create`, such as `--network=none`, `--read-only`, `--env=NAME=value`. */
  readonly options: readonly string[];
}

/** What the engine says of a container. */
export interface ContainerState {
  readonly running: boolean;
  /** Of its main process; null while it runs, or where it never did. */
  readonly exitCode: number | null;
  /** Why it could not be started, in the engine's words. */
  readonly error: string | null;
  /** Its address in each network, by the network's name. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** Milliseconds that the engine has for what it does by itself. */
const engineTime = 120_000;

/** Creates a container. Throws ENGINE_FAILED. */
export async function createContainer(engine: Engine, container: NewContainer): Promise<void> {
  const { name, image, command, options } = container;
  const args = ["create", `--name=${name}`, "--pull=never", ...options, image, ...command];
  await runEngine(engine, args, { timeout: engineTime });
}

/** Starts a container that was created, and does not wait for it. The engine's own words where it could not, else null. */
export async function startContainer(engine: Engine, name: string): Promise<string | null> {
  const args = ["start", name];
  const result = await engine.exec(engine.command, args, { timeout: engineTime });
  if (result.exitCode === 0) return null;
  if (result.exitCode === null) throw engineFailed(engine, args, result);
  return result.stderr.trim();
}

/** How to wait for a container that runs to its end. */
export interface Attachment {
  /** What is piped into it; the container must have been created with `--interactive` for it. */
  readonly input?: string;
  readonly keep: OutputLimit;
  /** Milliseconds after which waiting ends; the container goes on. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** Starts a container that was created, and waits for its end. What is written comes from the container and, where it cannot start, from the engine. */
export async function attachContainer(engine: Engine, name: string, attachment: Attachment): Promise<ExecResult> {
  const { input, ...options } = attachment;
  const args = ["start", "--attach", ...(input === undefined ? [] : ["--interactive"]), name];
  return await engine.exec(engine.command, args, { ...options, ...(input === undefined ? {} : { input }) });
}

/** What the engine says of a container. Throws ENGINE_FAILED where there is none. */
export async function inspectContainer(engine: Engine, name: string): Promise<ContainerState> {
  const answer = await runEngine(engine, ["container", "inspect", name], { timeout: engineTime });
  const what = `what ${engine.command} says about ${name}`;
  const [container = {}] = asArray(parseJson(Buffer.from(answer, "utf8"), what), what, asObject);
  const state = asObject(container["State"], `${what}: State`);
  const running = state["Running"] === true;
  const status = optional(state["Status"], `${what}: Status`, asString) ?? "";
  const network = optional(container["NetworkSettings"], `${what}: NetworkSettings`, asObject) ?? {};
  const networks = optional(network["Networks"], `${what}: Networks`, asObject) ?? {};
  const addresses = Object.entries(networks).flatMap(([name, one]) => {
    const settings = optional(one, `${what}: Networks`, asObject) ?? {};
    const address = optional(settings["IPAddress"], `${what}: IPAddress`, asString) ?? "";
    return address === "" ? [] : [[name, address] as const];
  });
  return {
    running,
    exitCode: running || status === "created" ? null : asCount(state["ExitCode"], `${what}: ExitCode`),
    error: optional(state["Error"], `${what}: Error`, asString) || null,
    addresses: Object.fromEntries(addresses),
  };
}

/** Puts the files of a tar archive into a container that was created and has not started, with the owners that the archive gives them. */
export async function copyIntoContainer(engine: Engine, name: string, archive: Uint8Array): Promise<void> {
  // Podman would give the files to the container's user.
  const owners = engine.kind === "podman" ? ["--archive=false"] : [];
  await runEngine(engine, ["cp", ...owners, "-", `${name}:/`], { input: archive, timeout: engineTime });
}

/** A command inside a running container. */
export interface ContainerExec {
  readonly command: readonly string[];
  /** Further options of `exec`, such as `--user=0`. */
  readonly options?: readonly string[];
  readonly input?: string;
  readonly keep: OutputLimit;
  /** Milliseconds after which it is not waited for any more. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** Runs a command inside a running container to its end. */
export async function execInContainer(engine: Engine, name: string, exec: ContainerExec): Promise<ExecResult> {
  const { command, options = [], input, ...rest } = exec;
  const args = ["exec", ...(input === undefined ? [] : ["--interactive"]), ...options, name, ...command];
  return await engine.exec(engine.command, args, { ...rest, ...(input === undefined ? {} : { input }) });
}

/** Asks a container to end, and kills it where it has not after `seconds`. Throws ENGINE_FAILED. */
export async function stopContainer(engine: Engine, name: string, seconds: number): Promise<void> {
  await runEngine(engine, ["stop", "-t", String(seconds), name], { timeout: seconds * 1000 + engineTime });
}

/** Kills a container where it runs. */
export async function killContainer(engine: Engine, name: string): Promise<void> {
  await engine.exec(engine.command, ["kill", name], { timeout: engineTime });
}

/** Where a container's TCP port can be reached from this machine. Throws ENGINE_FAILED where it is not published. */
export async function publishedPort(
  engine: Engine,
  name: string,
  port: number,
): Promise<{ readonly host: string; readonly port: number }> {
  const args = ["port", name, `${port}/tcp`];
  const result = await engine.exec(engine.command, args, { timeout: engineTime });
  const [, host, published] = /^(\d+\.\d+\.\d+\.\d+):(\d+)\s*$/m.exec(result.stdout) ?? [];
  if (result.exitCode !== 0 || host === undefined) throw engineFailed(engine, args, result);
  return { host, port: Number(published) };
}

/** Removes containers with their anonymous volumes, whatever their state. Those that are not there are no failure. */
export async function removeContainers(engine: Engine, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await engine.exec(engine.command, ["rm", "--force", "--volumes", ...names], { timeout: engineTime });
}
