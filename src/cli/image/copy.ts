import type { Command } from "../command.ts";
import { platformOption, referenceHelp, supplyOptions, targetHelp } from "../shared-options.ts";

/** `hardpan copy`: an image from one place to another. */
export const copyCommand: Command = {
  name: "copy",
  summary: "copy an image between registries, layouts, archives and Docker",
  description: `Copy an image with all its platforms, digests kept. What the target has is not sent again. A target without\na tag gets the tags that the image has in the source.\n\n${referenceHelp}\n\n${targetHelp}`,
  arguments: [
    ["<SOURCE>", "the image"],
    ["<TARGET>", "where it goes"],
  ],
  options: [
    { ...platformOption, explanation: "copy only this platform's image out of an index" },
    {
      form: "--referrers",
      explanation: "copy what refers to the image too: signatures, attestations, bills of materials",
    },
    ...supplyOptions,
  ],
  examples: [
    [
      "hardpan copy catalog://node:24-debian13 registry://localhost:5000/acme/dhi-node",
      "pushes both platforms, under all tags the image has",
    ],
    [
      "hardpan copy registry://localhost:5000/acme/dhi-node:24-debian13 oci-dir://node --referrers",
      "takes an image out of a registry, with its signatures and attestations",
    ],
    [
      "hardpan copy catalog://node:24-debian13 archive://node.tar#acme/dhi-node:24",
      "writes the host's platform for docker load",
    ],
  ],
  async run({ arguments: [source = "", target = ""], options }, context) {
    const { createPorts } = await import("../wiring.ts");
    const { copyReference } = await import("../../flow/copy.ts");
    const ports = await createPorts(options, context);
    const report = await copyReference(
      { source, target, platform: options.text("platform"), referrers: options.flag("referrers") },
      ports,
    );
    return { json: report, text: () => copyText(report) };
  },
};

type CopyReport = Awaited<ReturnType<typeof import("../../flow/copy.ts").copyReference>>;

function copyText(report: CopyReport): string {
  const { bytes, referrers } = report;
  const lines = [
    report.target,
    `  digest: ${report.digest}`,
    ...report.platforms.map(
      ({ platform, digest, size }) => `  ${(platform ?? "no image").padEnd(12)} ${digest}  ${amount(size)}`,
    ),
    `  tags: ${report.tags.join(", ") || "none"}`,
    ...(referrers === null ? [] : [`  referrers: ${referrers.length}`]),
    `  sent ${amount(bytes.copied)}, ${amount(bytes.existing)} was there`,
    ...report.notes.map((note) => `  note: ${note}`),
  ];
  return `${lines.join("\n")}\n`;
}

function amount(size: number): string {
  return size < 100_000 ? `${(size / 1e3).toFixed(1)} kB` : `${(size / 1e6).toFixed(1)} MB`;
}
