import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { benchFolder, fatImage, slimImage } from "../scan/images.ts";
import { runMeasured } from "../scan/measurement.ts";
import { hardpan } from "../support/command.ts";
import { median, type Result } from "../support/measure.ts";

const program = fileURLToPath(new URL("../../bin/hardpan.js", import.meta.url));

/** The whole commands, start-up included, for images that were scanned before, with all advisories. */
export async function commandTimes(feeds: string): Promise<readonly Result[]> {
  const home = join(await benchFolder(), "cves-home");
  await mkdir(home, { recursive: true });
  const environment = { XDG_CACHE_HOME: home };
  const slim = `oci-dir://${await slimImage()}`;
  const fat = `oci-dir://${await fatImage()}`;
  hardpan(["db", "import", feeds, "--quiet"], environment);
  const bill = join(home, "slim.json");
  hardpan(["sbom", slim, "--json", "--output", bill, "--quiet"], environment);
  const commands = [
    { args: ["cves", slim], budget: 400 },
    { args: ["cves", slim, "--json"], budget: 400 },
    { args: ["cves", `sbom://${bill}`], budget: 400 },
    { args: ["compare", slim, "--to", fat], budget: 600 },
  ];
  const results: Result[] = [];
  for (const { args, budget } of commands) {
    hardpan([...args, "--quiet"], environment);
    const runs: number[] = [];
    for (let i = 0; i < 5; i++) {
      const run = await runMeasured({ file: process.execPath, args: [program, ...args, "--quiet"], environment });
      runs.push(run.milliseconds);
    }
    const name = `hardpan ${args.join(" ").replaceAll(await benchFolder(), "…")}`;
    results.push({ name, measured: median(runs), budget, unit: "ms", detail: `${runs.map(Math.round).join(", ")} ms` });
  }
  return results;
}
