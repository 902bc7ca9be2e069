import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Options } from "execa";
import { GitError } from "./error.ts";
import type { GitLimits } from "./limits.ts";
import type { GitPlace } from "./url.ts";

/** What running git takes from outside. */
export interface GitProgramPorts {
  /** The variables of this process; git sees only those that say where programs, proxies and certificates are. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the repository stands while it is read. */
  readonly temporaryDirectory: string;
  readonly signal?: AbortSignal;
}

/** An empty repository of our own, and git to work on it. */
export interface Git extends AsyncDisposable {
  /** The repository's folder. */
  readonly folder: string;
  /** Runs git on the repository to its end. Throws GIT_ABSENT, and GIT_FAILED when it takes too long; the reason of a signal that aborts. */
  run(args: readonly string[], options?: { readonly signal?: AbortSignal }): Promise<GitResult>;
  /** What git writes for the lines of `input`. Throws GIT_FAILED at its end. */
  stream(args: readonly string[], input: string): AsyncGenerator<Uint8Array>;
}

/** How git ended. */
export interface GitResult {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** What `openGit` is told besides its ports. */
export interface GitOptions {
  readonly place: GitPlace;
  readonly limits: GitLimits;
  /** Sent to the repository's own host as a bearer token. */
  readonly token?: string;
}

/**
 * Makes an empty repository below `temporaryDirectory`, removed with all in it when disposed of. Git runs there on its
 * own: no configuration of user or system, no hooks, no prompts, no protocol but the repository's.
 */
export async function openGit(options: GitOptions, ports: GitProgramPorts): Promise<Git> {
  const { execa } = await import("execa");
  const base = await mkdtemp(join(ports.temporaryDirectory, "hardpan-git-"));
  const folder = join(base, "repository.git");
  const common = {
    cwd: base,
    env: environmentOf(options, base, ports),
    extendEnv: false,
    reject: false,
    encoding: "buffer",
    timeout: options.limits.time,
    maxBuffer: maximumOutput,
  } as const satisfies Options;
  const git: Git = {
    folder,
    async run(args, { signal } = {}) {
      const signals = [ports.signal, signal].filter((item) => item !== undefined);
      for (const one of signals) one.throwIfAborted();
      const cancel = signals.length === 0 ? {} : { cancelSignal: AbortSignal.any(signals) };
      const result = await execa("git", [...settings, "--git-dir", folder, ...args], {
        ...common,
        ...cancel,
        stdin: "ignore",
      });
      for (const one of signals) one.throwIfAborted();
      return outcome(result, args, options.limits);
    },
    async *stream(args, input) {
      const file = join(base, "input");
      await writeFile(file, input);
      const cancel = ports.signal === undefined ? {} : { cancelSignal: ports.signal };
      const settled = { ...common, ...cancel, stdin: { file }, buffer: { stdout: false, stderr: true } } as const;
      const running = execa("git", [...settings, "--git-dir", folder, ...args], settled);
      let complete = false;
      try {
        for await (const chunk of running.iterable({ from: "stdout", binary: true })) yield chunk;
        complete = true;
      } finally {
        if (!complete) running.kill();
      }
      const result = await running;
      ports.signal?.throwIfAborted();
      const { exitCode, stderr } = outcome(result, args, options.limits);
      if (exitCode !== 0) throw gitFailed(args, stderr);
    },
    [Symbol.asyncDispose]: async () => await rm(base, { recursive: true, force: true }),
  };
  try {
    await mkdir(join(base, "home"));
    const made = await git.run(["init", "--quiet", "--bare", "--template="]);
    if (made.exitCode !== 0) throw gitFailed(["init"], made.stderr);
    return git;
  } catch (cause) {
    await git[Symbol.asyncDispose]();
    throw cause;
  }
}

/** The error for a run of git that did not succeed, with the end of what git said. */
export function gitFailed(args: readonly string[], stderr: string): GitError {
  const said = stderr
    .split("\n")
    .map((line) => line.replace(/[^\x20-\x7e]+/g, " ").trim())
    .filter((line) => line !== "")
    .slice(-3)
    .join("; ")
    .slice(-400);
  const wantsLogin = /could not read Username|Authentication failed|terminal prompts disabled| 40[13]\b/.test(said);
  return new GitError("GIT_FAILED", `git ${args[0]} failed: ${said || "it said nothing"}`, {
    hint: wantsLogin
      ? "the repository is not there, or is private: check its address, or name a secret with `secret-id`"
      : "check the address, the network and the server; try the same with git itself",
  });
}

const maximumOutput = 512 * 1024 ** 2;

const settings: readonly string[] = [
  ...["core.hooksPath=/dev/null", "core.fsmonitor=false", "credential.helper=", "init.defaultBranch=main"],
  ...["gc.auto=0", "maintenance.auto=false", "fetch.recurseSubmodules=false", "submodule.recurse=false"],
  ...["http.lowSpeedLimit=1", "http.lowSpeedTime=60", "advice.detachedHead=false", "protocol.version=2"],
].flatMap((setting) => ["-c", setting]);

/** Where programs are, how the network is reached, and which certificates count. */
const inherited = [
  ...["PATH", "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"],
  ...["GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "GIT_EXEC_PATH"],
];

function environmentOf(
  { place, token }: GitOptions,
  base: string,
  { environment }: GitProgramPorts,
): Record<string, string> {
  const taken = inherited.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const home = join(base, "home");
  return {
    ...Object.fromEntries(taken),
    HOME: home,
    XDG_CONFIG_HOME: home,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_ALLOW_PROTOCOL: place.protocol === "http" ? "http:https" : place.protocol,
    ...(token === undefined ? {} : bearer(place, token)),
  };
}

/** In the environment, as arguments can be read by everyone on this machine; and only for the repository's own host. */
function bearer({ origin }: GitPlace, token: string): Record<string, string> {
  return {
    GIT_CONFIG_COUNT: "2",
    GIT_CONFIG_KEY_0: `http.${origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Bearer ${token}`,
    GIT_CONFIG_KEY_1: "http.followRedirects",
    GIT_CONFIG_VALUE_1: "false",
  };
}

interface Ended {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly code?: string | undefined;
  readonly timedOut: boolean;
  readonly isMaxBuffer: boolean;
  readonly stdout?: unknown;
  readonly stderr?: unknown;
}

function outcome(result: Ended, args: readonly string[], limits: GitLimits): GitResult {
  if (result.code === "ENOENT") {
    throw new GitError("GIT_ABSENT", "the program git cannot be found", {
      hint: "install git (Debian: apt-get install git); sources of repositories are fetched with it",
    });
  }
  if (result.timedOut) {
    throw new GitError("GIT_FAILED", `git ${args[0]} took more than ${Math.round(limits.time / 1000)} s`, {
      hint: "the server is slow or the repository very large: try again later, or take a release archive",
    });
  }
  const stderr = result.stderr instanceof Uint8Array ? Buffer.from(result.stderr).toString("utf8") : "";
  if (result.isMaxBuffer || result.exitCode === undefined) {
    throw gitFailed(args, `${stderr}\nit was ended (${result.signal ?? result.code ?? "too much output"})`);
  }
  const stdout = result.stdout instanceof Uint8Array ? result.stdout : new Uint8Array(0);
  return { exitCode: result.exitCode, stdout, stderr };
}
