import type { BuildManyReport } from "../../src/flow/image/build-many-report.ts";
import { hardpan } from "../support/command.ts";
import { median, milliseconds, type Result, timed } from "../support/measure.ts";

const rounds = 5;

/** What the images of our own catalogue share, and how long it takes to find that none of them has changed. */
export async function unchangedResults(): Promise<readonly Result[]> {
  const buildAll = (): BuildManyReport => JSON.parse(hardpan(["build", "--all", "--quiet", "--json"]));
  buildAll();
  let report = buildAll();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    times.push(
      await timed(async () => {
        report = buildAll();
      }),
    );
    if (report.totals.unchanged !== report.totals.images) throw new Error("something was built again");
  }
  const { stored, sum, count } = report.layers;
  return [
    {
      name: "layers stored for the whole catalogue",
      measured: stored / sum,
      budget: 0.6,
      unit: "× the sum of the images' sizes",
      detail: `${report.totals.images} images, ${count} layers: ${megabytes(stored)} of ${megabytes(sum)}`,
    },
    {
      name: "whole catalogue, nothing changed",
      measured: median(times) / 1000,
      budget: 1.5,
      unit: "s",
      detail: times.map(milliseconds).join(", "),
    },
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
