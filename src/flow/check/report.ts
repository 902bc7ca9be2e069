import type { CheckResult, CheckVerdict } from "../../check/result.ts";
import type { CheckOptions } from "../../check/run/world.ts";

/** What images did, as `hardpan check --json` prints it (docs/schema/check.schema.json). */
export interface CheckReport {
  readonly schema: "hardpan/check/1";
  readonly engine: { readonly kind: "docker" | "podman"; readonly version: string };
  readonly options: CheckOptions;
  readonly images: readonly CheckedImage[];
  readonly summary: {
    readonly images: number;
    readonly passed: number;
    readonly failed: number;
    readonly skipped: number;
  };
}

/** What one image did. */
export interface CheckedImage {
  /** `digest` is of the platform's manifest; null, as `platform`, where it is not known. */
  readonly image: { readonly reference: string; readonly digest: string | null; readonly platform: string | null };
  /** The file that says what must hold: as it was given, or its path below the catalogue. */
  readonly spec: string | null;
  readonly result: CheckVerdict;
  /** Why nothing was tried. */
  readonly reason: string | null;
  /** The code of what hindered it, where it could not be tried. */
  readonly code: string | null;
  readonly seconds: number;
  readonly checks: readonly CheckResult[];
}

/** How many of the images did what. */
export function summarize(images: readonly CheckedImage[]): CheckReport["summary"] {
  const count = (result: CheckVerdict) => images.filter((image) => image.result === result).length;
  return { images: images.length, passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
}
