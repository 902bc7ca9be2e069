import { homedir } from "node:os";
import { join } from "node:path";
import type { Progress } from "./progress.ts";

/** What the surface gives every command: the only place that knows the environment, the clock and the terminal. */
export interface Context {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** A line for people on stderr, unless `--quiet`. */
  readonly note: (line: string) => void;
}

/** Where Hardpan keeps what it can fetch or make again: `$XDG_CACHE_HOME/hardpan`, by default `~/.cache/hardpan`. */
export function cacheDirectory(environment: Context["environment"]): string {
  return join(environment["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "hardpan");
}
