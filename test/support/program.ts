import { execFileSync } from "node:child_process";

/** Whether the program can be started. Tests that need one are skipped, with its name in their title, where it is absent. */
export function has(program: string): boolean {
  return succeeds("sh", ["-c", `command -v ${program}`]);
}

/** The docker client that answers to a running engine: the path of Debian's own, then what is on PATH; null without. */
export function workingDocker(): string | null {
  return ["/usr/bin/docker", "docker"].find((program) => succeeds(program, ["info"])) ?? null;
}

/** Runs a program; returns its standard output. Throws when it fails. */
export function run(program: string, args: readonly string[]): string {
  return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function succeeds(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore", timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}
