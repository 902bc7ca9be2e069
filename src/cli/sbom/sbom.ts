import type { Sbom } from "../../sbom/model.ts";
import type { Command, Options, Outcome } from "../command.ts";
import { platformOption, supplyOptions } from "../shared-options.ts";
import { keepHeapSmall } from "../small-heap.ts";
import { billHelp, typeOption, wantedTypes } from "./options.ts";
import { reportOut, writeOut } from "./output.ts";

/** `hardpan sbom`: what is inside an image. */
export const sbomCommand: Command = {
  name: "sbom",
  summary: "list what is inside an image, a folder or a file; convert bills of materials",
  description: `List what is inside an image, a folder or a file, or convert a bill of materials.\n\n${billHelp}`,
  arguments: [["[REF]", "what to look into (default: the image that the local engine built last)"]],
  options: [
    {
      form: "--format <FORMAT>",
      explanation:
        "list, tree, json, spdx (2.3), spdx-3, cyclonedx (1.6), cyclonedx-1.7 or syft-json; syft's names mean the same",
      choices: [
        ...["list", "tree", "json", "spdx", "spdx-json", "spdx-json@2.3", "spdx-3", "spdx-json@3.0", "cyclonedx"],
        ...["cyclonedx-json", "cyclonedx-json@1.6", "cyclonedx-1.7", "cyclonedx-json@1.7", "syft-json"],
      ],
      default: "list",
    },
    typeOption,
    { form: "-o, --output <FILE>", explanation: "write to a file" },
    platformOption,
    { form: "--ref <NAME>", explanation: "which image of a layout or archive: a name, tag or digest" },
    {
      form: "--base <REF>",
      explanation: "the image it is made from: says of each package whether it comes from there",
    },
    { form: "--files", explanation: "list every file with its digests too, in documents and JSON" },
    { form: "--unowned", explanation: "list the files that no package owns" },
    ...supplyOptions,
  ],
  examples: [
    ["hardpan sbom catalog://node:24-debian13", "prints name, version and type of every package"],
    ["hardpan sbom catalog://node:24-debian13 --format spdx --output node.spdx.json", "writes an SPDX 2.3 document"],
    ["hardpan sbom catalog://node:24-debian13 --only-package-type deb --format tree", "shows which deb needs which"],
    ["hardpan sbom catalog://node:24-debian13 --files --json", "lists every file with its digests too"],
    ["hardpan sbom baseline://node:24-bookworm-slim --unowned", "lists the files that no package owns"],
    ["hardpan sbom fs://examples/node-service", "looks into a folder"],
  ],
  async run({ arguments: [reference], options }, context) {
    keepHeapSmall();
    const { createPorts } = await import("../wiring.ts");
    const { readBill } = await import("../../flow/sbom/bill.ts");
    const { absentTypes, onlyTypes } = await import("../../flow/sbom/only.ts");
    const { describeWarnings } = await import("../../flow/sbom/warnings.ts");
    const ports = await createPorts(options, context);
    const bill = await readBill(
      {
        reference: reference ?? null,
        platform: options.text("platform"),
        within: options.text("ref"),
        base: options.text("base"),
        files: options.flag("files"),
        allUnowned: options.flag("unowned"),
      },
      ports,
    );
    const types = wantedTypes(options);
    const sbom = onlyTypes(bill.sbom, types);
    for (const note of [...bill.notes, describeWarnings(sbom), absentTypes(bill.sbom, types)]) {
      if (note !== null) context.note(note);
    }
    if (options.flag("unowned")) return await listUnowned(sbom, options);
    const { sbomFormatNamed } = await import("../../sbom/formats.ts");
    const { printedChunks } = await import("../../sbom/print.ts");
    const format = sbomFormatNamed(options.flag("json") ? "json" : (options.text("format") ?? "list")) ?? "list";
    const about = { created: bill.created, toolVersion: ports.toolVersion };
    // The libraries that documents are written with are much to load for a list.
    const text = printedChunks(sbom, format) ?? (await import("../../sbom/write.ts")).sbomChunks(sbom, format, about);
    return await writeOut({ file: options.text("output"), format, text });
  },
};

async function listUnowned(sbom: Sbom, options: Options): Promise<Outcome> {
  const { renderUnowned, unownedReport } = await import("../../flow/sbom/unowned.ts");
  const report = unownedReport(sbom);
  return await reportOut({ json: report, text: () => renderUnowned(sbom) }, options);
}
