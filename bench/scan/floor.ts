import type { Result } from "../support/measure.ts";
import { alternating, largestPeak, medianTime, shown } from "./measurement.ts";
import { inProcess } from "./own.ts";

/** A scan of the layout `directory` against the least any scan has to do: its time, at most `ratio` times that, and its memory. */
export async function againstFloor(
  name: string,
  image: { readonly directory: string; readonly ratio: number },
): Promise<readonly Result[]> {
  const { directory, ratio } = image;
  const { least, scan } = await alternating({
    least: async () => await inProcess({ kind: "least", directory }),
    scan: async () => await inProcess({ kind: "scan", directory }),
  });
  return [
    {
      name,
      measured: medianTime(scan) / medianTime(least),
      budget: ratio,
      unit: "× sha256 + gunzip + tar headers",
      detail: `${shown(scan)}; against ${shown(least)}`,
    },
    { name: `${name}, memory`, measured: largestPeak(scan), budget: 200, unit: "MB", detail: "peak of five" },
  ];
}
