import type { BundleReport } from "../../flow/db/import.ts";
import type { Command, Options, Outcome } from "../command.ts";
import { fileLines, indexLine, sourceLines } from "./text.ts";

/** `hardpan db import`: advisories from disk. */
export const dbImportCommand: Command = {
  name: "db import",
  summary: "import advisories from disk: feeds, or a bundle",
  description:
    "Import advisory feeds from folders or files, or a bundle that hardpan db export has written. Formats are told by content; .zst, .gz and .xz are unpacked. A bundle's signature is checked with the key that --verify-key names.",
  arguments: [["<PATH...>", "folders or files of feeds, or one bundle"]],
  options: [
    {
      form: "--verify-key <FILE>",
      explanation: "the public key of whoever made the bundle; may be repeated",
      many: true,
    },
    { form: "--allow-unsigned", explanation: "import a bundle without checking who made it" },
    { form: "--allow-older", explanation: "import a bundle although there are newer advisories" },
  ],
  examples: [
    ["hardpan db import ./advisories", "builds the local index from the feeds in the folder"],
    [
      "hardpan db import advisories.bundle --verify-key hardpan.pub",
      "checks the signature of a bundle and takes its index",
    ],
  ],
  async run({ arguments: paths, options }, context) {
    const { createPorts } = await import("../wiring.ts");
    const { isBundle } = await import("../../vuln/bundle/read.ts");
    const bundles = await Promise.all(paths.map(isBundle));
    await checkUse(paths, { bundles, options });
    const ports = await createPorts(options, context);
    const { importBundleFile, importFeeds } = await import("../../flow/db/import.ts");
    const [file = ""] = paths;
    if (bundles[0] === true) {
      const report = await importBundleFile(
        {
          file,
          verifyKeys: options.texts("verifyKey"),
          allowUnsigned: options.flag("allowUnsigned"),
          allowOlder: options.flag("allowOlder"),
        },
        ports,
      );
      return bundleOutcome(file, report);
    }
    const report = await importFeeds(paths, ports);
    return {
      json: { schema: "hardpan/db-import/1", ...report, bundle: null },
      text: () => `${fileLines(report.files)}\n${indexLine(report.index, report.size)}${sourceLines(report.sources)}`,
    };
  },
};

async function checkUse(
  paths: readonly string[],
  { bundles, options }: { readonly bundles: readonly boolean[]; readonly options: Options },
): Promise<void> {
  const { CliError } = await import("../error.ts");
  const at = bundles.indexOf(true);
  if (at >= 0 && paths.length > 1) {
    throw new CliError("CLI_USAGE", `${paths[at]} is a bundle, which takes the place of the whole index`, {
      hint: "import the bundle alone, or feeds without it",
    });
  }
  const asked =
    options.texts("verifyKey").length > 0 ? "--verify-key" : options.flag("allowOlder") ? "--allow-older" : null;
  if (at < 0 && (asked !== null || options.flag("allowUnsigned"))) {
    throw new CliError("CLI_USAGE", `${asked ?? "--allow-unsigned"} is for bundles, and ${paths[0]} is none`, {
      hint: "name a file that hardpan db export has written",
    });
  }
  if (options.texts("verifyKey").length > 0 && options.flag("allowUnsigned")) {
    throw new CliError("CLI_USAGE", "--verify-key and --allow-unsigned contradict each other", {
      hint: "give the key to have the signature checked, or allow a bundle without",
    });
  }
}

function bundleOutcome(file: string, { path, bytes, bundle }: BundleReport): Outcome {
  const { created, keyId, sources } = bundle;
  const verdict = keyId === null ? "its signature was not checked" : `signed with the key ${keyId}`;
  return {
    json: {
      schema: "hardpan/db-import/1",
      ...{ index: path, size: bytes, files: [] },
      sources: sources.map((source) => ({ ...source, asOf: source.asOf.slice(0, 10) })),
      bundle: { file, created, keyId },
    },
    text: () => `${file}: made ${created}, ${verdict}\n\n${indexLine(path, bytes)}${sourceLines(sources)}`,
  };
}
