import { join } from "node:path";
import { makePublicCatalog } from "../../test/support/public-catalog.ts";
import { hardpan } from "../support/command.ts";
import { median, milliseconds, type Result, timed } from "../support/measure.ts";

const [rounds, definitions] = [5, 200];

/** `catalog list` and `catalog show` of a catalogue whose definitions were read before, from start to end. */
export async function listResults(scratch: string): Promise<readonly Result[]> {
  const directory = join(scratch, "list");
  await makePublicCatalog(directory, { definitions });
  const commands = [
    ["catalog list", ["list"]],
    ["catalog show", ["show", "example-3"]],
  ] as const;
  const results: Result[] = [];
  for (const [name, words] of commands) {
    const run = () => void hardpan(["catalog", ...words, "--catalog", directory, "--quiet"]);
    run();
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) times.push(await timed(async () => run()));
    results.push({
      ...{
        name: `${name}, ${definitions} definitions read before`,
        measured: median(times) / 1000,
        budget: 1,
        unit: "s",
      },
      detail: times.map(milliseconds).join(", "),
    });
  }
  return results;
}
