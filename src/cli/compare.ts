import type { Command, Terminal } from "./command.ts";
import { platformOption, referenceHelp, supplyOptions } from "./shared-options.ts";

/** `hardpan compare`: two images side by side. */
export const compareCommand: Command = {
  name: "compare",
  summary: "compare two images: vulnerabilities, packages, size, configuration",
  description: `Compare two images: vulnerabilities, packages, size, configuration.\n\n${referenceHelp}`,
  arguments: [["<ANALYSED>", "the image to look at"]],
  options: [
    { form: "--to <BASELINE>", explanation: "the image to compare with" },
    {
      form: "--format <FORMAT>",
      explanation: "text, markdown or json",
      choices: ["text", "markdown", "json"],
      default: "text",
    },
    { form: "-o, --output <FILE>", explanation: "write to a file" },
    platformOption,
    ...supplyOptions,
  ],
  examples: [
    [
      "hardpan compare catalog://node:24-debian13 --to baseline://node:24-bookworm-slim",
      "shows what the hardened image leaves out",
    ],
  ],
  async run({ arguments: [analysed = ""], options }, context) {
    const { CliError } = await import("./error.ts");
    const baseline = options.text("to");
    if (baseline === null) {
      throw new CliError("CLI_USAGE", "compare needs --to BASELINE, the image to compare with", {
        hint: "hardpan compare catalog://node:24-debian13 --to baseline://node:24-bookworm-slim",
      });
    }
    const { createPorts } = await import("./wiring.ts");
    const { compareReferences } = await import("../flow/compare.ts");
    const { renderJson } = await import("../compare/render-json.ts");
    const { renderMarkdown } = await import("../compare/render-markdown.ts");
    const { renderText } = await import("../compare/render-text.ts");
    const ports = await createPorts(options, context);
    const { comparison, shown, turned } = await compareReferences(
      { analysed, baseline },
      { platform: options.text("platform") },
      ports,
    );
    const texts = {
      text: (terminal: Terminal) =>
        renderText(shown, { width: terminal.columns, colour: terminal.color, limit: 12, turned }),
      markdown: () => renderMarkdown(shown, { turned }),
      json: () => renderJson(comparison),
    };
    const file = options.text("output");
    if (file !== null) {
      const { writeText } = await import("../flow/write-text.ts");
      const format = options.flag("json") ? "json" : (options.text("format") ?? "text");
      const render = format === "json" ? texts.json : format === "markdown" ? texts.markdown : texts.text;
      await writeText(file, render({ columns: 100, color: false }));
      return { json: comparison, raw: `${file}\n`, text: () => `${file}\n` };
    }
    return { json: comparison, text: texts.text, formats: { markdown: texts.markdown } };
  },
};
