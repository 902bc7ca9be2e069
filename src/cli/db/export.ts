import type { Command } from "../command.ts";
import { indexLine, sourceLines } from "./text.ts";

/** `hardpan db export`: the local index as one file. */
export const dbExportCommand: Command = {
  name: "db export",
  summary: "write the advisories to one signed file, for machines without network",
  description:
    "Write the local index of advisories to one file, a bundle, which hardpan db import reads on another machine. The variable HARDPAN_KEY_PASSWORD opens an encrypted key.",
  arguments: [],
  options: [
    { form: "-o, --output <FILE>", explanation: "the bundle's file", default: "advisories.bundle" },
    { form: "--sign-key <FILE>", explanation: "the private key to sign it with, as hardpan key generate makes it" },
    { form: "--advisories <PATH>", explanation: "an index, or a folder of feeds, in place of what hardpan db keeps" },
  ],
  examples: [
    ["hardpan db export --sign-key hardpan.key", "writes advisories.bundle, which hardpan.pub verifies"],
    ["hardpan db export --advisories ./advisories --output feeds.bundle", "writes the feeds of a folder, unsigned"],
  ],
  async run({ options }, context) {
    const { createPorts } = await import("../wiring.ts");
    const { exportAdvisories } = await import("../../flow/db/export.ts");
    const { file, bytes, path, keyId, bundle } = await exportAdvisories(
      {
        output: options.text("output") ?? "advisories.bundle",
        signKey: options.text("signKey"),
        passphrase: context.environment["HARDPAN_KEY_PASSWORD"] || null,
      },
      await createPorts(options, context),
    );
    if (keyId === null) {
      context.note("note: the bundle is not signed, and importing it takes --allow-unsigned; sign it with --sign-key");
    }
    const sources = bundle.sources.map((source) => ({ ...source, asOf: source.asOf.slice(0, 10) }));
    return {
      json: {
        schema: "hardpan/db-export/1",
        ...{ index: path, size: bundle.index.size, sources },
        bundle: { file, size: bytes, created: bundle.created, keyId },
      },
      text: () =>
        `${indexLine(file, bytes)}${keyId === null ? "not signed" : `signed with the key ${keyId}`}\n${sourceLines(sources)}`,
    };
  },
};
