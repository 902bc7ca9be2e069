import type { Command, Options, Outcome } from "../command.ts";
import { fileLines, indexLine, sourceLines } from "./text.ts";

/** `hardpan db update`: advisories from their publishers. */
export const dbUpdateCommand: Command = {
  name: "db update",
  summary: "fetch advisories from their publishers",
  description:
    "Fetch advisories from their publishers, each feed only when it has changed, and build the local index of them. Where a feed cannot be had, or is not what it should be, the last good copy takes its place, and a warning says so.",
  arguments: [],
  options: [
    { form: "--only <NAMES>", explanation: "make the index of these feeds alone, with commas between", many: true },
    { form: "--skip <NAMES>", explanation: "leave these feeds out of the index, with commas between", many: true },
    { form: "--strict", explanation: "fail when any feed cannot be had as it is now; the old index stays" },
    { form: "--list", explanation: "only show the feeds and where they are fetched from" },
  ],
  examples: [
    ["hardpan db update", "builds the local index from the live feeds"],
    ["hardpan db update --only debian-tracker,osv-npm,kev,epss", "builds it from these four"],
    ["hardpan db update --list", "shows the names of all feeds and their addresses"],
  ],
  async run({ options }, context) {
    const { createPorts } = await import("../wiring.ts");
    const ports = await createPorts(options, context);
    const choice = { only: names(options, "only"), skip: names(options, "skip") };
    if (options.flag("list")) {
      const { listFeeds } = await import("../../flow/db/feeds.ts");
      return feedList(listFeeds(choice, ports));
    }
    const { updateFeeds } = await import("../../flow/db/update.ts");
    const report = await updateFeeds({ ...choice, strict: options.flag("strict") }, ports);
    const { feeds, ...rest } = report;
    return {
      json: {
        schema: "hardpan/db-update/1",
        ...rest,
        feeds: feeds.map(({ feed: { name, title }, ...outcome }) => ({ name, title, ...outcome })),
      },
      text: () =>
        feeds.map(({ feed, outcome }) => `${outcome.padEnd(9)} ${feed.name}\n`).join("") +
        `\n${fileLines(report.files)}\n${indexLine(report.index, report.size)}${sourceLines(report.sources)}`,
    };
  },
};

function feedList(feeds: readonly { readonly name: string; readonly url: string; readonly title: string }[]): Outcome {
  const width = Math.max(...feeds.map((feed) => feed.name.length));
  return {
    json: { schema: "hardpan/db-feeds/1", feeds },
    text: () => feeds.map(({ name, url }) => `${name.padEnd(width)}  ${url}\n`).join(""),
  };
}

function names(options: Options, name: string): readonly string[] {
  return options
    .texts(name)
    .flatMap((text) => text.split(/[\s,]+/))
    .filter((word) => word !== "");
}
