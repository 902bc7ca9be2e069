import type { FailedImage, ManyOutcome } from "./build-many.ts";
import { type BuildReport, describeBuild } from "./build-report.ts";

/** The JSON of `hardpan build` for several images. Sizes are compressed bytes. */
export interface BuildManyReport {
  readonly schema: "hardpan/builds/1";
  readonly totals: {
    readonly images: number;
    readonly built: number;
    readonly unchanged: number;
    readonly failed: number;
  };
  /** Layers of all images: how many different ones, what they take stored once, and what they would take image by image. */
  readonly layers: { readonly count: number; readonly stored: number; readonly sum: number };
  readonly images: readonly ManyImage[];
}

/** One image of many. */
export type ManyImage =
  | ({
      readonly status: "built" | "unchanged";
      readonly name: string;
      readonly path: string;
    } & Omit<BuildReport, "schema">)
  | FailedImage;

/** What was built, as data. */
export function describeBuilds(
  outcomes: readonly ManyOutcome[],
  options: { readonly organisation: string },
): BuildManyReport {
  const { organisation } = options;
  const count = (status: ManyOutcome["status"]) => outcomes.filter((outcome) => outcome.status === status).length;
  return {
    schema: "hardpan/builds/1",
    totals: { images: outcomes.length, built: count("built"), unchanged: count("unchanged"), failed: count("failed") },
    layers: layersOf(outcomes),
    images: outcomes.map((outcome): ManyImage => {
      if (outcome.status === "failed") return outcome;
      const { status, name, path, built, outputs } = outcome;
      const { schema: _, ...report } = describeBuild(built, { organisation, outputs });
      return { status, name, path, ...report };
    }),
  };
}

function layersOf(outcomes: readonly ManyOutcome[]): BuildManyReport["layers"] {
  const stored = new Map<string, number>();
  let sum = 0;
  for (const outcome of outcomes) {
    if (outcome.status === "failed") continue;
    for (const { layers } of outcome.built.index.images) {
      for (const { digest, size } of layers) {
        stored.set(digest, size);
        sum += size;
      }
    }
  }
  return { count: stored.size, stored: [...stored.values()].reduce((total, size) => total + size, 0), sum };
}
