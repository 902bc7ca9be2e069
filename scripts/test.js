// `npm test`: installs what is missing, then formats, types and tests. Nothing outside the checkout is changed.
import { mkdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { attempt, ensureInstalled, root, run } from "./install.js";

ensureInstalled();
const scratch = join(root, ".cache");
const temporary = join(scratch, "tmp");
mkdirSync(temporary, { recursive: true });
const results = join(scratch, "results.json");
// Programs that test-setup.sh has unpacked.
const tools = join(scratch, "tools", "usr", "bin");
process.env.PATH += `:${tools}`;
const env = { XDG_CACHE_HOME: scratch, TMPDIR: temporary };
if (process.argv.includes("--all")) env.HARDPAN_TEST_ALL = "1";
const patterns = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));

run("biome", ["check", "--error-on-warnings"]);
run("tsc", ["--project", "tsconfig.json"]);
const plain = process.stdout.isTTY ? [] : ["--no-color"];
const reporters = [...plain, "--reporter=default", "--reporter=json", `--outputFile.json=${results}`];
let status = attempt("vitest", ["run", ...reporters, ...patterns], env);
summarise(JSON.parse(readFileSync(results, "utf8")));
if (status === 0 && env.HARDPAN_TEST_ALL) status = attempt("node", ["scripts/fuzz.js", "--seconds", "30"], env);
if (status === 0 && env.HARDPAN_TEST_ALL) status = attempt("node", ["scripts/bench.js"], env);
process.exit(status);

function summarise(report) {
  const skipped = report.testResults.flatMap((file) =>
    file.assertionResults
      .filter((test) => test.status === "pending" || test.status === "skipped")
      .map((test) => `${relative(root, file.name)}: ${test.fullName}`),
  );
  if (skipped.length > 0) process.stdout.write(`\nskipped:\n${skipped.map((line) => `  ${line}\n`).join("")}`);
  const failed = report.numFailedTests + (report.success || report.numFailedTests > 0 ? 0 : 1);
  process.stdout.write(`\n${report.numPassedTests} passed, ${failed} failed, ${skipped.length} skipped\n`);
}
