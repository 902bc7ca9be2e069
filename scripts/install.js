// Runs on any Node ≥ 20, before anything is installed: plain JavaScript, no dependencies.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** Installs the dependencies of package-lock.json unless exactly these are installed already. */
export function ensureInstalled() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const stamp = join(root, "node_modules", ".hardpan-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  process.stderr.write("installing dependencies (npm ci) …\n");
  run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  writeFileSync(stamp, lock);
}

/** Runs a program in the project's folder with its own Node first on PATH; ends this process when it fails. */
export function run(program, args, env = {}) {
  const status = attempt(program, args, env);
  if (status !== 0) process.exit(status);
}

/** Runs a program like `run` and returns its exit status. */
export function attempt(program, args, env = {}) {
  const path = `${join(root, "node_modules", ".bin")}:${process.env.PATH ?? ""}`;
  const options = { cwd: root, stdio: "inherit", env: { ...process.env, PATH: path, ...env } };
  const result = spawnSync(program, args, options);
  if (result.error) process.stderr.write(`${program}: ${result.error.message}\n`);
  return result.status ?? 1;
}
