/** An entry of a Debian changelog (deb-changelog(5)) and the CVE ids it names. */
export interface ChangelogEntry {
  readonly source: string;
  readonly version: string;
  readonly cves: readonly string[];
}

/** Most entries read; changelogs in packages are trimmed to a few hundred. */
const entryLimit = 20_000;

const heading = /^([a-z0-9][a-z0-9+.-]*) \(([^()\s]+)\)[^;]*;.*$/i;

/** The entries of a Debian changelog in its order, newest first; empty for text that is none, such as an upstream changelog. */
export function parseChangelog(text: string): readonly ChangelogEntry[] {
  const entries: { source: string; version: string; cves: Set<string> }[] = [];
  for (const line of text.split("\n")) {
    const match = heading.exec(line);
    const [, source, version] = match ?? [];
    if (source !== undefined && version !== undefined) {
      if (entries.length >= entryLimit) break;
      entries.push({ source, version, cves: new Set() });
    } else if (/^\s/.test(line)) {
      for (const cve of cvesIn(line)) entries.at(-1)?.cves.add(cve);
    } else if (line !== "" && !line.startsWith("#") && entries.length === 0) {
      return [];
    }
  }
  return entries.map(({ source, version, cves }) => ({ source, version, cves: [...cves] }));
}

function cvesIn(line: string): readonly string[] {
  return [...line.matchAll(/\bC(?:VE|AN)-(\d{4}-\d{4,10})\b/gi)].map((match) => `CVE-${match[1]}`);
}
