import type { Comparisons } from "../../compare/comparison.ts";
import type { Command, Outcome, Terminal } from "../command.ts";
import { referenceHelp } from "../shared-options.ts";
import { compareOptions, refuseOptions } from "./options.ts";

/** How many packages and settings of a kind text lists without `--details`. */
const usualLimit = 20;

/** `hardpan compare`: images side by side. */
export const compareCommand: Command = {
  name: "compare",
  alias: "diff",
  summary: "compare images: vulnerabilities, packages, size, configuration",
  description: `Compare images with one other: vulnerabilities, packages, size, environment, labels, configuration.\n\n${referenceHelp}`,
  arguments: [["[ANALYSED...]", "the images to look at (default: the one that the local engine built last)"]],
  options: compareOptions,
  examples: [
    [
      "hardpan compare catalog://node:24-debian13 --to baseline://node:24-bookworm-slim",
      "shows what the hardened image leaves out",
    ],
    [
      "hardpan compare catalog://node:24-debian13 --to catalog://node:24-debian13-dev --format markdown --exit-on vulnerability",
      "writes a comment for a pull request, and ends with 2 where there are new vulnerabilities",
    ],
    [
      "hardpan compare catalog://node:24-debian13 catalog://node:24-debian13-dev --to baseline://node:24-bookworm-slim --summary",
      "shows several images beside one",
    ],
  ],
  async run({ arguments: references, options }, context): Promise<Outcome> {
    const { compareRequest, exitConditions, requireBaseline } = await import("./request.ts");
    refuseOptions(options);
    requireBaseline(options);
    const conditions = exitConditions(options);
    const { createPorts } = await import("../wiring.ts");
    const ports = await createPorts(options, context);
    const [first, ...others] = references;
    const named = first ?? (await (await import("../../flow/reference/newest.ts")).newestReference(ports));
    const request = compareRequest([named, ...others], options);
    const { compareEach } = await import("../../flow/compare.ts");
    const { gateReasons } = await import("../../compare/gate.ts");
    const { comparisonJson } = await import("../../compare/render-json.ts");
    const [one, ...more] = await compareEach(request, ports);
    const reasons = [one, ...more].flatMap(({ comparison }) => gateReasons(comparison, conditions));
    for (const reason of reasons) context.note(reason);

    const format = options.flag("json") ? "json" : (options.text("format") ?? "text");
    // A gate's verdict is of the images as the flags have them.
    const turned = one.turned && conditions.length === 0;
    const render = await rendererOf(format, {
      shown: [turned ? one.shown : one.comparison, ...more.map(({ comparison }) => comparison)],
      turned,
      summary: options.flag("summary"),
      limit: options.flag("details") ? Number.POSITIVE_INFINITY : usualLimit,
    });
    const json = comparisonJson([one.comparison, ...more.map(({ comparison }) => comparison)]);
    const outcome = { json, text: render, exitCode: reasons.length > 0 ? 2 : 0 } as const;
    const file = options.text("output");
    if (file === null) return outcome;
    const { writeText } = await import("../../flow/write-text.ts");
    const whole = format === "json" ? `${JSON.stringify(json, null, 2)}\n` : render({ columns: 100, color: false });
    await writeText(file, whole);
    return { ...outcome, raw: `${file}\n` };
  },
};

interface Shown {
  readonly shown: Comparisons;
  readonly turned: boolean;
  readonly summary: boolean;
  readonly limit: number;
}

/** What writes `format`, of which no other is loaded. */
async function rendererOf(format: string, { shown, ...style }: Shown): Promise<(terminal: Terminal) => string> {
  switch (format) {
    case "markdown": {
      const { renderMarkdown } = await import("../../compare/markdown/render-markdown.ts");
      return () => renderMarkdown(shown, style);
    }
    case "html": {
      const { renderHtml } = await import("../../compare/page/render-html.ts");
      return () => renderHtml(shown, style);
    }
    default: {
      const { renderText } = await import("../../compare/text/render-text.ts");
      return ({ columns, color }) => renderText(shown, { ...style, width: columns, colour: color });
    }
  }
}
