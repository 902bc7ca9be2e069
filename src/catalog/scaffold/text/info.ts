import type { ScaffoldPlan } from "../plan.ts";
import { fileText, indented, oneLine, remark, scalar } from "./yaml.ts";

/** `info.yaml`. */
export function infoText(plan: ScaffoldPlan): string {
  const { request, homeUrl, category, licence } = plan;
  return fileText([
    "metadata:",
    ...indented([
      `display-name: ${scalar(request.name)}`,
      `short-description: ${scalar(shortDescription(plan))}`,
      ...remark(homeUrl),
      `home-url: ${scalar(homeUrl.value)}`,
      ...remark(category),
      "categories:",
      `  - ${category.value}`,
      ...remark(licence),
      `licence: ${scalar(licence.value)}`,
      "end-of-life-source: debian",
    ]),
  ]);
}

/** The package's synopsis as a sentence. */
export function shortDescription({ main }: ScaffoldPlan): string {
  const text = oneLine(main.synopsis === "" ? `what Debian's package ${main.name} has` : main.synopsis, 250);
  const [first = "", ...rest] = text;
  return `${first.toUpperCase()}${rest.join("").replace(/[.\s]+$/, "")}.`;
}
