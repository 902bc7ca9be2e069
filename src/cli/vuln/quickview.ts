import type { Command } from "../command.ts";
import { billHelp } from "../sbom/options.ts";
import { reportOut } from "../sbom/output.ts";
import { platformOption, supplyOptions } from "../shared-options.ts";
import { keepHeapSmall } from "../small-heap.ts";
import { matchingOf, matchOptions, vexOptions } from "./options.ts";

/** `hardpan quickview`: the counts of an image at a glance. */
export const quickviewCommand: Command = {
  name: "quickview",
  alias: "qv",
  summary: "show at a glance how many vulnerabilities an image has, and how many are its base's",
  description: `Show at a glance how many vulnerabilities an image has, and how many are its base's.\n\n${billHelp}`,
  arguments: [["[REF]", "what to look into (default: the image that the local engine built last)"]],
  options: [
    { form: "--base <REF>", explanation: "the image it is made from: tells its packages from your own" },
    { form: "--ref <NAME>", explanation: "which image of a layout or archive: a name, tag or digest" },
    { form: "-o, --output <FILE>", explanation: "write to a file" },
    ...matchOptions,
    ...vexOptions,
    platformOption,
    ...supplyOptions,
  ],
  examples: [
    ["hardpan quickview catalog://node:24-debian13", "prints the counts of the image"],
    ["hardpan quickview baseline://node:24-bookworm-slim --debian-policy trivy", "counts as trivy does"],
  ],
  async run({ arguments: [reference], options }, context) {
    keepHeapSmall();
    const { createPorts } = await import("../wiring.ts");
    const { findCves } = await import("../../flow/vuln/cves.ts");
    const { quickviewOf, renderQuickview } = await import("../../vuln/quickview.ts");
    const { everything } = await import("../../vuln/filter.ts");
    const ports = await createPorts(options, context);
    const request = {
      ...{ reference: reference ?? null, platform: options.text("platform"), within: options.text("ref") },
      ...{ base: options.text("base"), filter: everything, ...matchingOf(options) },
    };
    const { report } = await findCves(request, ports);
    for (const note of report.notes) context.note(note);
    const view = quickviewOf(report);
    return await reportOut({ json: view, text: () => renderQuickview(view) }, options);
  },
};
