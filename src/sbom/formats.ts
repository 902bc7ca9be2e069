/** The forms a bill of materials is written in; the names that syft, Scout and Trivy have for a form all mean it. */
export const sbomFormats = [
  "list",
  "tree",
  "json",
  "spdx",
  "spdx-json",
  "spdx-json@2.3",
  "spdx-3",
  "spdx-json@3.0",
  "cyclonedx",
  "cyclonedx-json",
  "cyclonedx-json@1.6",
  "cyclonedx-1.7",
  "cyclonedx-json@1.7",
  "syft-json",
] as const;

/** One of the forms. */
export type SbomFormat = (typeof sbomFormats)[number];

/** The form called `name`; null where none is. */
export function sbomFormatNamed(name: string): SbomFormat | null {
  return sbomFormats.find((format) => format === name) ?? null;
}
