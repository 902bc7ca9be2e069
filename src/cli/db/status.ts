import type { IndexStatus } from "../../flow/db/status.ts";
import type { Command } from "../command.ts";
import { advisoryOptions, maxAgeOf } from "../shared-options.ts";
import { indexLine, sourceLines } from "./text.ts";

/** `hardpan db status`: what advisories there are, and how old. */
export const dbStatusCommand: Command = {
  name: "db status",
  summary: "show what advisories there are, and how old",
  description: "Show what advisories there are, and how old. With --max-age it exits with 2 where any source is older.",
  arguments: [],
  options: [...advisoryOptions],
  examples: [
    ["hardpan db status", "lists the sources of the local index with their dates"],
    ["hardpan db status --max-age 9999w", "says by its exit code whether they are fresh enough"],
  ],
  async run({ options }, context) {
    const maxAge = maxAgeOf(options);
    const { createPorts } = await import("../wiring.ts");
    const { indexStatus } = await import("../../flow/db/status.ts");
    const { printAge, tooOld } = await import("../../vuln/age.ts");
    const status = await indexStatus(await createPorts(options, context));
    const old = maxAge === null ? [] : tooOld(status.sources, maxAge, context.now()).map(({ source }) => source);
    if (maxAge !== null && old.length > 0) context.note(`older than ${printAge(maxAge)}: ${old.join(", ")}`);
    return {
      json: { schema: "hardpan/db-status/1", ...status, tooOld: maxAge === null ? null : old },
      text: () => statusText(status),
      exitCode: old.length > 0 ? 2 : 0,
    };
  },
};

function statusText({ index, size, built, sources }: IndexStatus): string {
  const feeds = sources.flatMap(({ source, feeds: of }) =>
    of.map(
      ({ file, format, sha256 }) =>
        `  ${source}: ${file}, ${format}${sha256 === null ? "" : `, sha256 ${sha256.slice(0, 12)}`}\n`,
    ),
  );
  return `${indexLine(index, size)}built ${built.slice(0, 16).replace("T", " ")} UTC\n${sourceLines(sources)}\nfrom\n${feeds.join("")}`;
}
