// `npm run fuzz -- [--seconds N] [--seed N] [TARGET…]`: runs each target of test/fuzz, or those named, for N seconds (60) with
// ever new seeds; exits 1 when one has found something, and says how to see it again.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensureInstalled, root } from "./install.js";

const number = { type: "string" };
const { values, positionals } = parseArgs({ options: { seconds: number, seed: number }, allowPositionals: true });
const seconds = wholeNumber("seconds", values.seconds ?? "60");
const firstSeed = wholeNumber("seed", values.seed ?? String(Date.now() % 1_000_000));
const all = readdirSync(join(root, "test", "fuzz"))
  .filter((file) => file.endsWith(".test.ts"))
  .map((file) => file.replace(".test.ts", ""))
  .sort();
const unknown = positionals.filter((name) => !all.includes(name));
if (unknown.length > 0) fail(`no such target: ${unknown.join(", ")}; there are ${all.join(", ")}`);

ensureInstalled();
const found = [];
for (const target of positionals.length > 0 ? positionals : all) {
  if (!(await fuzz(target))) found.push(target);
}
if (found.length > 0) fail(`found something: ${found.join(", ")}`);

/** Whether all that was tried was well. A run has as many rounds as take about 20 seconds, by what the run before took. */
async function fuzz(target) {
  const end = performance.now() + seconds * 1000;
  let rounds = 500;
  let total = 0;
  for (let seed = firstSeed; performance.now() < end; seed++) {
    const start = performance.now();
    const output = await run(target, { HARDPAN_FUZZ_ROUNDS: String(rounds), HARDPAN_FUZZ_SEED: String(seed) });
    if (output !== null) {
      const again = `HARDPAN_FUZZ_SEED=${seed} HARDPAN_FUZZ_ROUNDS=${rounds} npm test test/fuzz/${target}.test.ts`;
      process.stdout.write(`${output}\nfound    ${target}: see it again with ${again}\n`);
      return false;
    }
    total += rounds;
    const [now, took] = [performance.now(), performance.now() - start];
    const faster = Math.max(1, Math.min(10, Math.min(20_000, end - now) / took));
    rounds = Math.floor(rounds * faster);
  }
  process.stdout.write(`ok       ${target}: ${total} rounds from seed ${firstSeed}\n`);
  return true;
}

/** Runs a target once; null when all was well, else what it printed. What does not end is ended, with all it has started. */
async function run(target, environment) {
  const vitest = join(root, "node_modules", ".bin", "vitest");
  const path = `${join(root, "node_modules", ".bin")}:${process.env.PATH ?? ""}`;
  const limit = 10 * 60_000;
  const args = ["run", `test/fuzz/${target}.test.ts`, "--no-color", `--testTimeout=${limit}`];
  const child = spawn(vitest, args, {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PATH: path, ...environment },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const stop = () => process.kill(-child.pid, "SIGKILL");
  const timer = setTimeout(() => {
    output += `\nit did not end within ${limit / 1000} seconds\n`;
    stop();
  }, limit + 30_000);
  process.once("SIGINT", stop);
  const [status] = await once(child, "close");
  clearTimeout(timer);
  process.off("SIGINT", stop);
  return status === 0 ? null : output;
}

function wholeNumber(name, text) {
  if (!/^\d{1,9}$/.test(text)) fail(`--${name} is to be a whole number, not ${text}`);
  return Number(text);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
