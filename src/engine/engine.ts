import { EngineError } from "./error.ts";
import type { Exec, ExecOptions, ExecResult } from "./exec.ts";

/** A working local container engine, driven through its command line. */
export interface Engine {
  readonly kind: "docker" | "podman";
  /** The program, as it is started. */
  readonly command: string;
  readonly version: string;
  readonly exec: Exec;
}

/** A program to try. */
export interface EngineCandidate {
  readonly kind: "docker" | "podman";
  readonly command: string;
}

const usualCandidates: readonly EngineCandidate[] = [
  { kind: "docker", command: "docker" },
  { kind: "podman", command: "podman" },
];

/** The first of `candidates` (Docker, then Podman) that answers. Throws ENGINE_ABSENT, with what each of them said. */
export async function findEngine(
  exec: Exec,
  options: { readonly candidates?: readonly EngineCandidate[]; readonly signal?: AbortSignal } = {},
): Promise<Engine> {
  const reasons: string[] = [];
  for (const { kind, command } of options.candidates ?? usualCandidates) {
    const field = kind === "docker" ? "{{.Server.Version}}" : "{{.Client.Version}}";
    const result = await exec(command, ["version", "--format", field], {
      timeout: 20_000,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const version = result.stdout.trim();
    if (result.exitCode === 0 && /^\d/.test(version)) return { kind, command, version, exec };
    reasons.push(`${command}: ${result.startError === null ? stderrTail(result) : "not installed"}`);
  }
  throw new EngineError("ENGINE_ABSENT", `there is no working container engine (${reasons.join("; ")})`, {
    hint: "install Docker or Podman and start it; images can also be read from registry://, oci-dir:// and archive://",
  });
}

/** Runs the engine with `args`; returns its standard output. Throws ENGINE_FAILED with the end of what it complained. */
export async function runEngine(engine: Engine, args: readonly string[], options: ExecOptions = {}): Promise<string> {
  const result = await engine.exec(engine.command, args, options);
  if (result.exitCode === 0) return result.stdout;
  throw engineFailed(engine, args, result);
}

/** ENGINE_FAILED for a command that ended with `result`. */
export function engineFailed(engine: Engine, args: readonly string[], result: ExecResult): EngineError {
  const command = `${engine.command} ${args.slice(0, 2).join(" ")}`;
  const how = result.timedOut
    ? "took too long"
    : result.exitCode === null
      ? "was ended"
      : `failed (${result.exitCode})`;
  return new EngineError("ENGINE_FAILED", `${command} ${how}: ${stderrTail(result)}`, {
    hint: hintFor(result.stderr, engine),
  });
}

function hintFor(stderr: string, engine: Engine): string {
  if (/no space left/i.test(stderr)) return `the engine's disk is full: ${engine.command} system prune frees some`;
  if (/permission denied/i.test(stderr)) return "you may not use the engine: join its group, or use rootless Podman";
  return `try the same with ${engine.command} itself`;
}

/** The last lines of what a program complained, in one line of at most 500 printable characters. */
function stderrTail(result: ExecResult): string {
  const lines = result.stderr.trim().split("\n").slice(-3).join(" ");
  const shown = lines
    .replace(/[^\x21-\x7e]+/g, " ")
    .trim()
    .slice(-500);
  return shown || result.startError || "it said nothing";
}
