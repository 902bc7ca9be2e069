import type { PackageIdentity } from "../../../sbom/model.ts";
import { compareTexts } from "../../../sbom/order.ts";
import { type CvesReport, severities } from "../../model.ts";
import { affectedPackages, countSeverities, worstFirst } from "../by-package.ts";
import { sourcesText, totalTexts } from "../words.ts";
import { type Column, columnsOf, type Piece, paragraph, type Terminal, table } from "./terminal.ts";

/** How the table of packages is printed. */
export interface OnlyPackagesOptions extends Terminal {
  /** The packages of the image; without them only those with vulnerabilities are known. */
  readonly packages?: readonly PackageIdentity[];
  /** Leaves out packages without vulnerabilities. */
  readonly onlyVulnerable?: boolean;
}

const columns: readonly Column[] = [
  { head: "Name", breaks: true },
  { head: "Version", breaks: true },
  { head: "Type", breaks: true },
  ...["C", "H", "M", "L", "N", "?"].map((head) => ({ head, right: true })),
  { head: "fixable", right: true },
];

/** A table of packages, worst first, with how many vulnerabilities of each severity they have and how many can be mended. */
export function renderOnlyPackages(report: CvesReport, options: OnlyPackagesOptions): string {
  const affected = affectedPackages(report.findings);
  const known = new Set(affected.map((item) => item.package.purl));
  const others = options.onlyVulnerable === true ? [] : withoutRepeats(options.packages ?? []);
  const sound = others
    .filter(({ purl }) => !known.has(purl))
    .map((item) => ({ package: item, counts: countSeverities([]), fixable: 0 }))
    .sort((a, b) => compareTexts(a.package.type, b.package.type) || worstFirst(a, b));
  const rows = [...affected, ...sound].map(({ package: item, counts, fixable }): readonly Piece[] => [
    { text: item.name },
    { text: item.version },
    { text: item.type },
    ...severities.map((severity): Piece => numberPiece(counts[severity], severity)),
    numberPiece(fixable, "strong"),
  ]);
  const total = paragraph([totalTexts(report)[1]], { indent: 0, hang: 2, terminal: options });
  if (report.advisories.length === 0) return total;
  const rests = `policy ${report.policy}; advisories: ${sourcesText(report.advisories)}`;
  const foot = `${total}${paragraph([rests], { indent: 0, hang: 2, terminal: options })}`;
  if (rows.length === 0) return `No packages with vulnerabilities.\n\n${foot}`;
  return `${table(columns, { rows, terminal: { ...options, columns: columnsOf(options) } })}\n${foot}`;
}

function numberPiece(count: number, style: NonNullable<Piece["style"]>): Piece {
  return count === 0 ? { text: "0", style: "soft" } : { text: String(count), style };
}

function withoutRepeats(packages: readonly PackageIdentity[]): readonly PackageIdentity[] {
  return [...new Map(packages.map((item) => [item.purl, item])).values()];
}
