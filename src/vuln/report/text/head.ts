import type { CvesReport } from "../../model.ts";
import { affectedPackages } from "../by-package.ts";
import { numberOf, totalTexts } from "../words.ts";
import type { TextOptions } from "./options.ts";
import { type Piece, paragraph } from "./terminal.ts";

const label = 10;

/** What was looked at, by which policy and filters, and the counts. */
export function headText(report: CvesReport, options: TextOptions): string {
  const { image, distribution, base, policy, policyEffects, filters, packages, findings, advisories } = report;
  const line = (name: string, text: string | null) =>
    text === null ? "" : paragraph([labelled(name), text], { indent: 2, hang: label + 3, terminal: options });
  const affected = advisories.length === 0 ? "" : `, ${affectedPackages(findings).length} of them with vulnerabilities`;
  const unmatched = packages.notMatched.length;
  const [short, long] = totalTexts(report);
  return [
    paragraph([{ text: image.reference, style: "strong" }], { indent: 0, hang: 2, terminal: options }),
    image.digest === null
      ? ""
      : paragraph([labelled("digest"), image.digest], { indent: 2, hang: 4, terminal: options }),
    line("platform", image.platform),
    line("system", distribution === null ? null : (distribution.prettyName ?? distribution.id)),
    line("base", base === null ? null : (base.reference ?? base.digest ?? base.chainId)),
    line("policy", policy),
    ...policyEffects.map(({ rule, text, findings: count }) =>
      paragraph([`- ${rule}: ${text} (${numberOf(count, "finding")})`], {
        indent: label + 3,
        hang: label + 5,
        terminal: options,
      }),
    ),
    line("filters", filters.length === 0 ? null : filters.join(" ")),
    line("packages", `${packages.total}${affected}${unmatched === 0 ? "" : `, ${unmatched} not matched`}`),
    "\n",
    paragraph([{ text: short, style: "strong" }], { indent: 2, terminal: options }),
    paragraph([long], { indent: 2, hang: 4, terminal: options }),
  ].join("");
}

function labelled(text: string): Piece {
  return { text, style: "soft", pad: label };
}
