import { printable } from "../../sbom/list.ts";
import type { Sbom } from "../../sbom/model.ts";

/** More would hide what else is said; all are in the JSON. */
const mostShown = 10;

/** What a person is to know of what could not be read, in lines; null where all could. */
export function describeWarnings({ warnings }: Sbom): string | null {
  if (warnings.length === 0) return null;
  const shown = warnings.slice(0, mostShown).map(({ path, reason }) => `  /${printable(path)}: ${printable(reason)}`);
  const rest = warnings.length - shown.length;
  const count = warnings.length === 1 ? "1 warning" : `${warnings.length} warnings`;
  const more = rest === 0 ? [] : [`  … and ${rest} more; hardpan sbom --format json has all`];
  return [`${count}: what could not be read may hide packages`, ...shown, ...more].join("\n");
}

/** The same as notes, one a line; none where all could be read. */
export function warningNotes(sbom: Sbom): readonly string[] {
  return (
    describeWarnings(sbom)
      ?.split("\n")
      .map((line) => line.trim()) ?? []
  );
}
