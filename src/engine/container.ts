import { asArray, asCount, asObject, asString, optional, parseJson } from "../oci/json.ts";
import { type Engine, engineFailed, runEngine } from "./engine.ts";
import type { OutputLimit } from "./exec.ts";
import { isStartFailure, readStartFailure, type StartFailure } from "./start-failure.ts";

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

/** Starts a container that was created, and does not wait for it. What hindered it; null where it was started. */
export async function startContainer(engine: Engine, name: string): Promise<StartFailure | null> {
  const args = ["start", name];
  const result = await engine.exec(engine.command, args, { timeout: engineTime });
  if (result.exitCode === 0) return null;
  if (result.exitCode === null) throw engineFailed(engine, args, result);
  return readStartFailure(result.stderr);
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

/** How a command in a container ended. */
export interface CommandEnd {
  /** As a shell has it: 127 for a program that is not there, 126 for one that is none. null where it did not end in time. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it could not be started; null where it was. */
  readonly error: string | null;
}

/** Starts a container that was created, and waits for its end. Throws ENGINE_FAILED, and the reason of the signal. */
export async function attachContainer(engine: Engine, name: string, attachment: Attachment): Promise<CommandEnd> {
  const { input, ...options } = attachment;
  const args = [...quiet(engine), "start", "--attach", ...(input === undefined ? [] : ["--interactive"]), name];
  const result = await engine.exec(engine.command, args, { ...options, ...(input === undefined ? {} : { input }) });
  const { stdout, stderr } = result;
  if (result.timedOut) return { exitCode: null, stdout, stderr, error: null };
  const state = await inspectContainer(engine, name);
  if (state.running) throw engineFailed(engine, args, result);
  if (state.exitCode !== null) return { exitCode: state.exitCode, stdout, stderr, error: null };
  const { exitCode, reason } = readStartFailure(stderr);
  return { exitCode, stdout: "", stderr: "", error: reason };
}

/** Podman's warnings would be taken for the container's error output. */
function quiet({ kind }: Engine): readonly string[] {
  return kind === "podman" ? ["--log-level=error"] : [];
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

/** Runs a command inside a running container to its end. Throws ENGINE_FAILED, and the reason of the signal. */
export async function execInContainer(engine: Engine, name: string, exec: ContainerExec): Promise<CommandEnd> {
  const { command, options = [], input, ...rest } = exec;
  const args = [
    ...quiet(engine),
    "exec",
    ...(input === undefined ? [] : ["--interactive"]),
    ...options,
    name,
    ...command,
  ];
  const result = await engine.exec(engine.command, args, { ...rest, ...(input === undefined ? {} : { input }) });
  const { exitCode, stdout, stderr, timedOut } = result;
  if (timedOut) return { exitCode: null, stdout, stderr, error: null };
  if (exitCode === null) throw engineFailed(engine, args, result);
  // Engines tell it on either output.
  const said = isStartFailure(exitCode, stderr) ? stderr : isStartFailure(exitCode, stdout) ? stdout : null;
  if (said === null) return { exitCode, stdout, stderr, error: null };
  const failure = readStartFailure(said);
  return { exitCode: failure.exitCode, stdout: "", stderr: "", error: failure.reason };
}

/** Asks a container to end, and kills it where it has not after `seconds`. Throws ENGINE_FAILED, and the reason of the signal. */
export async function stopContainer(
  engine: Engine,
  name: string,
  { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<void> {
  await runEngine(engine, ["stop", "-t", String(seconds), name], { timeout: seconds * 1000 + engineTime, signal });
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
  // Podman would first ask them to end, and wait.
  const atOnce = engine.kind === "podman" ? ["--time=0"] : [];
  await engine.exec(engine.command, ["rm", "--force", ...atOnce, "--volumes", ...names], { timeout: engineTime });
}
