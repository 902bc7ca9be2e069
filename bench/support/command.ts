import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../bin/hardpan.js", import.meta.url));

/** Runs the whole command, with variables on top of this process's; gives its standard output. Throws when it fails. */
export function hardpan(args: readonly string[], environment: Readonly<Record<string, string>> = {}): string {
  const env = { ...process.env, ...environment };
  const result = spawnSync(process.execPath, [program, ...args], { encoding: "utf8", env, maxBuffer: 2 ** 28 });
  if (result.status !== 0) throw new Error(`hardpan ${args.join(" ")} ended with ${result.status}:\n${result.stderr}`);
  return result.stdout;
}
