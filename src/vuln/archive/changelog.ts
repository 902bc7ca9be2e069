import { type Mentions, readMentions } from "./mention.ts";

/** An entry of a Debian changelog (deb-changelog(5)) and the CVE ids that it says it mends. */
export interface ChangelogEntry {
  readonly source: string;
  readonly version: string;
  readonly cves: readonly string[];
  /** Those of `cves` whose earlier fix it calls incomplete. */
  readonly completed: readonly string[];
  /** Those whose fix it takes back. */
  readonly reverted: readonly string[];
}

/** Most entries read; changelogs in packages are trimmed to a few hundred. */
const entryLimit = 20_000;

const heading = /^([a-z0-9][a-z0-9+.-]*) \(([^()\s]+)\)[^;]*;.*$/i;

/** The beginning of an item of the list that an entry is. Lines that do not begin one go on with the last. */
const bullet = /^\s+[*+~o-]\s/;

/** The entries of a Debian changelog in its order, newest first; empty for text that is none, such as an upstream changelog. */
export function parseChangelog(text: string): readonly ChangelogEntry[] {
  const entries: Draft[] = [];
  for (const line of text.split("\n")) {
    const [, source, version] = heading.exec(line) ?? [];
    if (source !== undefined && version !== undefined) {
      if (entries.length >= entryLimit) break;
      entries.push({ source, version, items: [] });
    } else if (/^\s/.test(line)) {
      addLine(line, entries.at(-1)?.items ?? []);
    } else if (line !== "" && !line.startsWith("#") && entries.length === 0) {
      return [];
    }
  }
  return entries.map(read);
}

interface Draft {
  readonly source: string;
  readonly version: string;
  readonly items: string[][];
}

function addLine(line: string, items: string[][]): void {
  const content = line.trim();
  const last = items.at(-1);
  if (last === undefined || bullet.test(line) || content === "") items.push([content]);
  else last.push(content);
}

function read({ source, version, items }: Draft): ChangelogEntry {
  const mentions = items.map((lines) => readMentions(lines.join(" ")));
  const all = (kind: keyof Mentions) => [...new Set(mentions.flatMap((one) => one[kind]))];
  return { source, version, cves: all("fixed"), completed: all("completed"), reverted: all("reverted") };
}
