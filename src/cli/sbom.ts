import type { Command } from "./command.ts";
import { platformOption, referenceHelp, supplyOptions } from "./shared-options.ts";

/** `hardpan sbom`: what is inside an image. */
export const sbomCommand: Command = {
  name: "sbom",
  summary: "list what is inside an image",
  description: `List what is inside an image.\n\n${referenceHelp}`,
  arguments: [["<REF>", "the image"]],
  options: [
    {
      form: "--format <FORMAT>",
      explanation: "list, json, spdx or cyclonedx",
      choices: ["list", "json", "spdx", "cyclonedx"],
      default: "list",
    },
    { form: "-o, --output <FILE>", explanation: "write to a file" },
    platformOption,
    ...supplyOptions,
  ],
  examples: [
    ["hardpan sbom catalog://node:24-debian13", "prints name, version and type of every package"],
    ["hardpan sbom catalog://node:24-debian13 --format spdx --output node.spdx.json", "writes an SPDX 2.3 document"],
  ],
  async run({ arguments: [reference = ""], options }, context) {
    const { createPorts } = await import("./wiring.ts");
    const { scanReference } = await import("../flow/scan.ts");
    const { renderSbom } = await import("../flow/sbom.ts");
    const { sbomFormats } = await import("../sbom/write.ts");
    const ports = await createPorts(options, context);
    const scanned = await scanReference(reference, { platform: options.text("platform") }, ports);
    const format =
      sbomFormats.find((name) => name === (options.flag("json") ? "json" : options.text("format"))) ?? "list";
    const text = renderSbom(scanned, format, ports.toolVersion);
    const file = options.text("output");
    if (file !== null) {
      const { writeText } = await import("../flow/write-text.ts");
      await writeText(file, text);
      return { json: { file, format }, text: () => `${file}\n` };
    }
    return { json: null, raw: text, text: () => text };
  },
};
