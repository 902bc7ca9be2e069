import type { SbomDiff } from "./diff.ts";
import { printable } from "./list.ts";

/** The differences of two bills in the project's JSON. */
export interface SbomDiffReport extends SbomDiff {
  readonly schema: "hardpan/sbom-diff/1";
}

/** `diff` as data to be printed as JSON. */
export function diffReport(diff: SbomDiff): SbomDiffReport {
  const { before, after, added, removed, changed, unchanged } = diff;
  return { schema: "hardpan/sbom-diff/1", before, after, added, removed, changed, unchanged };
}

/**
 * `diff` as text, or as the JSON of `diffReport`. In the text `+` is added, `-` removed and `~` changed; the last line counts.
 * Control characters of names are shown as `?`.
 */
export function renderDiff(diff: SbomDiff, format: "text" | "json"): string {
  if (format === "json") return `${JSON.stringify(diffReport(diff), null, 2)}\n`;
  const { added, removed, changed, unchanged } = diff;
  const lines = [
    ...removed.map(({ type, name, version }) => ({ mark: "-", type, name, versions: version })),
    ...added.map(({ type, name, version }) => ({ mark: "+", type, name, versions: version })),
    ...changed.map(({ type, name, from, to }) => ({
      mark: "~",
      type,
      name,
      versions: `${from.version} → ${to.version}`,
    })),
  ];
  const width = (key: "type" | "name") => lines.reduce((most, line) => Math.max(most, printable(line[key]).length), 0);
  const [typeWidth, nameWidth] = [width("type"), width("name")];
  const rows = lines.map(({ mark, type, name, versions }) =>
    `${mark} ${printable(type).padEnd(typeWidth)}  ${printable(name).padEnd(nameWidth)}  ${printable(versions)}`.trimEnd(),
  );
  const counts = `${added.length} added, ${removed.length} removed, ${changed.length} changed, ${unchanged} unchanged`;
  return `${[...rows, counts].join("\n")}\n`;
}
