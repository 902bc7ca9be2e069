import type { ImportReport } from "../vuln/import.ts";
import type { AdvisorySource } from "../vuln/model.ts";
import type { Command, Outcome } from "./command.ts";

/** `hardpan db import`: advisories from disk. */
export const dbImportCommand: Command = {
  name: "db import",
  summary: "import advisories from disk",
  description:
    "Import advisory feeds from folders or files. Formats are told by content; .zst, .gz and .xz are unpacked.",
  arguments: [["<PATH...>", "folders or files of feeds"]],
  options: [],
  examples: [["hardpan db import ./advisories", "builds the local index from the feeds in the folder"]],
  async run({ arguments: paths, options }, context) {
    const { createPorts } = await import("./wiring.ts");
    const { importFeeds } = await import("../flow/db.ts");
    return importOutcome(await importFeeds(paths, await createPorts(options, context)));
  },
};

/** `hardpan db update`: advisories from their publishers. */
export const dbUpdateCommand: Command = {
  name: "db update",
  summary: "fetch advisories from their publishers",
  description: "Fetch Debian's security tracker and OSV's exports of Debian and npm, each only when it has changed.",
  arguments: [],
  options: [],
  examples: [["hardpan db update", "builds the local index from the live feeds"]],
  async run({ options }, context) {
    const { createPorts } = await import("./wiring.ts");
    const { updateFeeds } = await import("../flow/db.ts");
    return importOutcome(await updateFeeds(await createPorts(options, context)));
  },
};

/** `hardpan db status`: what advisories there are, and how old. */
export const dbStatusCommand: Command = {
  name: "db status",
  summary: "show what advisories there are, and how old",
  arguments: [],
  options: [],
  examples: [["hardpan db status", "lists the sources of the local index with their dates"]],
  async run({ options }, context) {
    const { createPorts } = await import("./wiring.ts");
    const { indexStatus } = await import("../flow/db.ts");
    const { index, sources } = await indexStatus(await createPorts(options, context));
    return { json: { schema: "hardpan/db-status/1", index, sources }, text: () => `${index}\n${sourceLines(sources)}` };
  },
};

function importOutcome(report: ImportReport): Outcome {
  const files = report.files.flatMap((file) =>
    file.outcome === "imported"
      ? [
          `imported ${file.file}: ${file.records} records, ${file.format}`,
          ...file.notes.map((note) => `         ${note}`),
        ]
      : [`skipped  ${file.file}: ${file.reason}`],
  );
  const size = `${report.index}: ${(report.size / 1e6).toFixed(1)} MB`;
  return {
    json: { schema: "hardpan/db-import/1", ...report },
    text: () => `${files.join("\n")}\n\n${size}\n${sourceLines(report.sources)}`,
  };
}

function sourceLines(sources: readonly AdvisorySource[]): string {
  const lines = sources.map(
    ({ source, asOf, records, knowsUnfixed }) =>
      `  ${source}: ${records} records as of ${asOf}${knowsUnfixed ? "" : ", fixed issues only"}`,
  );
  return `${lines.join("\n")}\n`;
}
