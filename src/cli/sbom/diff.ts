import type { Command } from "../command.ts";
import { platformOption, supplyOptions } from "../shared-options.ts";
import { billHelp, typeOption, wantedTypes } from "./options.ts";
import { writeOut } from "./output.ts";

/** `hardpan sbom diff`: what is in one and not in the other. */
export const sbomDiffCommand: Command = {
  name: "sbom diff",
  summary: "say which packages were added, removed or changed between two",
  description: `Say which packages were added, removed or changed between two images, folders or bills of materials.\n\n${billHelp}`,
  arguments: [
    ["<BEFORE>", "what there was"],
    ["<AFTER>", "what there is"],
  ],
  options: [
    { form: "--format <FORMAT>", explanation: "text or json", choices: ["text", "json"], default: "text" },
    typeOption,
    { form: "-o, --output <FILE>", explanation: "write to a file" },
    { form: "--exit-code", explanation: "end with 2 when they differ" },
    platformOption,
    ...supplyOptions,
  ],
  examples: [
    [
      "hardpan sbom diff baseline://node:24-bookworm-slim catalog://node:24-debian13",
      "shows what the hardened image leaves out",
    ],
  ],
  async run({ arguments: [before = "", after = ""], options }, context) {
    const { createPorts } = await import("../wiring.ts");
    const { compareBills } = await import("../../flow/sbom/compare.ts");
    const { diffReport, renderDiff } = await import("../../sbom/render-diff.ts");
    const ports = await createPorts(options, context);
    const request = { before, after, platform: options.text("platform"), types: wantedTypes(options) };
    const { diff, notes } = await compareBills(request, ports);
    for (const note of notes) context.note(note);
    const format = options.flag("json") || options.text("format") === "json" ? "json" : "text";
    const isSame = diff.added.length + diff.removed.length + diff.changed.length === 0;
    const exitCode = options.flag("exitCode") && !isSame ? 2 : 0;
    const file = options.text("output");
    if (file !== null) return { ...(await writeOut({ file, format, text: [renderDiff(diff, format)] })), exitCode };
    return { json: diffReport(diff), text: () => renderDiff(diff, "text"), exitCode };
  },
};
