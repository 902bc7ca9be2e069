import type { ImageIdentity } from "../sbom/model.ts";
import { nothingKnown } from "./knowledge.ts";
import { countFindings } from "./match/count.ts";
import type { AdvisorySource, CvesReport, Finding, VulnerabilityCounts } from "./model.ts";
import { countsText, sourcesText, splitText } from "./report/words.ts";

/** One line of a quick view: the image, or the part of it that is of its base, or on top of that. */
export interface QuickRow {
  readonly part: "image" | "base" | "own";
  readonly reference: string;
  readonly digest: string | null;
  readonly vulnerabilities: VulnerabilityCounts;
}

/** The counts of an image at a glance: the JSON of `hardpan quickview`. */
export interface Quickview {
  readonly schema: "hardpan/quickview/1";
  readonly image: ImageIdentity;
  readonly policy: string;
  readonly packages: number;
  readonly rows: readonly QuickRow[];
  readonly advisories: readonly AdvisorySource[];
  readonly notes: readonly string[];
}

/** The glance of a report; base and own part are told apart where the layers prove a base. */
export function quickviewOf(report: CvesReport): Quickview {
  const { image, policy, base, findings, vulnerabilities, advisories, packages, notes } = report;
  const count = (part: readonly Finding[]) =>
    countFindings(part, { policy, unfixedKnown: vulnerabilities.unfixed !== null });
  const whole: QuickRow = { part: "image", reference: image.reference, digest: image.digest, vulnerabilities };
  const parts: readonly QuickRow[] =
    base === null
      ? []
      : [
          {
            ...{ part: "base", reference: base.reference ?? "base without a name", digest: base.digest },
            vulnerabilities: count(findings.filter(({ fromBase }) => fromBase === true)),
          },
          {
            ...{ part: "own", reference: "what is added to it", digest: null },
            vulnerabilities: count(findings.filter(({ fromBase }) => fromBase !== true)),
          },
        ];
  return {
    ...{ schema: "hardpan/quickview/1", image, policy, packages: packages.total },
    ...{ rows: [whole, ...parts], advisories, notes },
  };
}

/** A quick view for people, and what to ask next. */
export function renderQuickview(view: Quickview): string {
  if (view.advisories.length === 0) {
    return `  ${view.image.reference}, ${view.packages} packages\n\n  ${nothingKnown}\n`;
  }
  const rows = view.rows.map(({ part, reference, digest, vulnerabilities: counts }) => {
    const cells = countsText(counts).split(" ");
    const name = { image: "Image", base: "Base image", own: "On top" }[part];
    const at = digest === null ? "" : `  ${digest.replace(/^sha256:/, "").slice(0, 12)}`;
    return `  ${name.padEnd(11)}${cells.map((cell) => cell.padStart(6)).join("")}  ${reference}${at}\n`;
  });
  const [whole] = view.rows;
  const { reference } = view.image;
  return [
    ...rows,
    `\n  ${whole === undefined ? "" : splitText(whole.vulnerabilities)}; ${view.packages} packages; policy ${view.policy}\n`,
    `  advisories: ${sourcesText(view.advisories)}\n`,
    `\nWhat next\n  hardpan cves ${reference}\n  hardpan recommendations ${reference}\n`,
  ].join("");
}
