import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** The project's folder. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** The cache that integration tests share, so that each input is downloaded and compressed once. */
export const sharedCache = join(root, ".cache", "integration");

/** How Hardpan is started. */
export interface CliOptions {
  /** XDG_CACHE_HOME; default the shared cache. */
  readonly cache?: string;
  /** Variables on top of the test's own; undefined removes one. HARDPAN_* are never inherited. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The working directory; default the project's folder. */
  readonly cwd?: string;
  /** The Node that starts bin/hardpan.js; default this one. */
  readonly node?: string;
  /** The program file; default bin/hardpan.js of the project. */
  readonly program?: string;
  /** A program that starts Node in its turn, with its arguments: `["setpriv", "--reuid", "65534"]`. */
  readonly wrapper?: readonly string[];
  /** What is piped into it; nothing by default. */
  readonly input?: string | Uint8Array;
}

/** What a finished run left. `exitCode` is null when a signal ended it. */
export interface CliResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

/** A run that goes on. */
export interface CliRun {
  readonly child: ChildProcess;
  /** Waits until stderr holds `text`; throws when the run ends without. */
  saw(text: string): Promise<void>;
  readonly finished: Promise<CliResult>;
}

/** Runs `hardpan` with `args` to its end. */
export async function hardpan(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return await startHardpan(args, options).finished;
}

/** Runs `hardpan`, expects exit code 0 and gives what it printed as JSON. Throws with its stderr when it failed. */
export async function hardpanJson(args: readonly string[], options: CliOptions = {}): Promise<Json> {
  const { stdout, stderr, exitCode } = await hardpan([...args, "--json"], options);
  if (exitCode !== 0) throw new Error(`hardpan ${args.join(" ")} ended with ${exitCode}:\n${stderr}`);
  return JSON.parse(stdout);
}

/** What JSON.parse gives: tests look into it freely. */
// biome-ignore lint/suspicious/noExplicitAny: the expectations are the type.
export type Json = any;

/** Starts `hardpan` with `args`. */
export function startHardpan(args: readonly string[], options: CliOptions = {}): CliRun {
  const program = options.program ?? join(root, "bin", "hardpan.js");
  const [first = "", ...rest] = [...(options.wrapper ?? []), options.node ?? process.execPath, program, ...args];
  const child = spawn(first, rest, {
    cwd: options.cwd ?? root,
    env: environmentOf(options),
    stdio: ["pipe", "pipe", "pipe"],
  });
  // Who does not read what is piped in is not waited for.
  child.stdin.on("error", () => {}).end(options.input ?? "");
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
  });
  const closed = once(child, "close");
  return {
    child,
    finished: closed.then(([exitCode]) => ({ ...output, exitCode: typeof exitCode === "number" ? exitCode : null })),
    async saw(text) {
      while (!output.stderr.includes(text)) {
        const next = await Promise.race([once(child.stderr, "data"), closed.then(() => null)]);
        if (next === null) throw new Error(`ended before it said ${JSON.stringify(text)}:\n${output.stderr}`);
      }
    },
  };
}

/** Runs another program while this process goes on, say as its server; gives its standard output. Throws when it fails. */
export async function execute(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const env = { ...process.env, ...options.environment };
  const limits = { maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)(program, [...args], { ...limits, env, cwd: options.cwd ?? root });
  return stdout;
}

/** A Node ≥ 20 of this machine that is too old to run the sources itself; null without. */
export function olderNode(): string | null {
  const candidates = ["/usr/bin/node", "/usr/local/bin/node", "/usr/bin/nodejs"].filter((path) => existsSync(path));
  return candidates.find((path) => isOlder(execFileSync(path, ["--version"], { encoding: "utf8" }))) ?? null;
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.slice(1).split(".").map(Number);
  return major >= 20 && (major < 24 || (major === 24 && minor < 15));
}

function environmentOf(options: CliOptions): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(HARDPAN_|VITEST|NODE_OPTIONS$|NODE_ENV$)/.test(name) || name === "HARDPAN_DEBIAN_MIRROR",
  );
  const environment = { ...Object.fromEntries(inherited), XDG_CACHE_HOME: options.cache ?? sharedCache };
  return { ...environment, ...options.environment };
}
