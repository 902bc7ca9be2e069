import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../bin/hardpan.js", import.meta.url));

/** Variables with which jobs write to the service they run at. Hardpan reads images that may be hostile, and needs none. */
const withheld = new Set([
  "GITHUB_TOKEN",
  "GH_TOKEN",
  "ACTIONS_RUNTIME_TOKEN",
  "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
  "HARDPAN_GITLAB_TOKEN",
  "CI_JOB_TOKEN",
]);

/**
 * Runs Hardpan of the same package or checkout with `args`; what it prints goes to the job's log. Gives its exit code.
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
export async function runHardpan(args) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !withheld.has(name)));
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ["ignore", "inherit", "inherit"] });
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
