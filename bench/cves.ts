import { commandTimes } from "./cves/commands.ts";
import { sharedAdvisories } from "./cves/data.ts";
import { indexFromFeeds } from "./cves/index-from-feeds.ts";
import { matchingTimes } from "./cves/matching.ts";
import { type Result, report } from "./support/measure.ts";

/**
 * Budgets of saying what is wrong with an image, with the index of all advisories at hand. Medians of five, each in a
 * process of its own:
 * - `index`: the index from all feeds in at most 60 s and 250 MB on disk
 * - `match`: matching 1,000 packages that all have records, the index opened anew, in at most 100 ms and 120 MB; of an image
 *   years behind, which has thousands of findings, in at most twice the time
 * - `command`: `hardpan cves` of an image scanned before at most 400 ms in all, `hardpan compare` of two at most 600 ms
 *
 * `node bench/cves.ts [PART…]`: all parts unless some are named. Skipped where there are no advisory feeds: in the folder
 * HARDPAN_BENCH_ADVISORIES, by default ../shared/data beside the project.
 */
const parts: Readonly<Record<string, (feeds: string) => Promise<readonly Result[]>>> = {
  index: indexFromFeeds,
  match: matchingTimes,
  command: commandTimes,
};

const feeds = sharedAdvisories();
const wanted = process.argv.slice(2);
for (const [name, run] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  if (feeds === null) report({ name: `cves ${name}`, skipped: "there are no advisory feeds to measure with" });
  else report(...(await run(feeds)));
}
