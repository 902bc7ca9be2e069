import { nothingKnown } from "../knowledge.ts";
import type { Explanation } from "./model.ts";

/** An explanation for people: for each package its steps, one a line. */
export function renderExplanation(explanation: Explanation): string {
  const { vulnerability, image, packages, advisories, policy } = explanation;
  const head = `${vulnerability} in ${image.reference} (policy ${policy})\n`;
  if (advisories.length === 0) return `${head}\n${nothingKnown}\n`;
  const sources = advisories.map(({ source, asOf, records }) => `  ${source} as of ${asOf}, ${records} records\n`);
  const foot = `\nAdvisories\n${sources.join("")}`;
  if (packages.length === 0) return `${head}\nNo record speaks of it for a package of this image.\n${foot}`;
  const parts = packages.map((one) => {
    const { name, version, purl } = one.package;
    const steps = one.steps.map(({ step, text }) => `  ${step.padEnd(10)}  ${text}\n`);
    return `\n${name} ${version}: ${one.verdict}\n  ${purl}\n${steps.join("")}`;
  });
  return `${head}${parts.join("")}${foot}`;
}
