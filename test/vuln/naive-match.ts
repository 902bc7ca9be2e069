import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { z } from "zod";
import { compareDebianVersions } from "../../src/debian/version.ts";
import type { SbomPackage } from "../../src/sbom/model.ts";
import type { Finding } from "../../src/vuln/model.ts";
import { has } from "../support/program.ts";
import { naiveOthers } from "./naive-others.ts";
import { sharedLines, sharedText } from "./shared-data.ts";

/** A finding as the second opinion says it. The next fixed version of the Node.js runtime is not among what it looks for. */
export function naiveText({ package: one, id, fixedVersion }: Finding): string {
  const fixed = one.type === "generic" ? "*" : (fixedVersion ?? "-");
  return `${one.purl} ${id} ${fixed}`;
}

/**
 * A second opinion, straight from the shared records and by the simplest means: for each package read every record and ask.
 * npm's versions are compared by the semver package; dpkg, where it is there, confirms every tenth comparison of Debian's.
 * Gives `purl id fixed`.
 */
export function naiveMatch(packages: readonly SbomPackage[], codename: "bookworm" | "trixie"): ReadonlySet<string> {
  const fixes = newestWord(codename, new Set(packages.map(sourceName)));
  const found = new Set<string>();
  for (const one of packages.filter((each) => each.type === "deb")) {
    for (const [key, fixed] of fixes) {
      const [source, id] = key.split(" ");
      if (source !== sourceName(one)) continue;
      if (fixed === null || older(one.source?.version ?? one.version, fixed))
        found.add(`${one.purl} ${id} ${fixed ?? "-"}`);
    }
  }
  for (const one of packages.filter((each) => each.type === "npm"))
    for (const id of npmRecords(one)) found.add(`${one.purl} ${id}`);
  for (const one of packages) for (const id of naiveOthers(one, null)) found.add(`${one.purl} ${id}`);
  return found;
}

const osv = z.object({
  id: z.string(),
  aliases: z.array(z.string()).default([]),
  affected: z.array(
    z.object({
      package: z.object({ ecosystem: z.string(), name: z.string() }),
      ranges: z.array(z.object({ events: z.array(z.record(z.string(), z.string())) })).default([]),
      database_specific: z.object({ last_known_affected_version_range: z.string().optional() }).optional(),
    }),
  ),
});

/** `source cve` → fixed version or null: the export of February 2025, then what was announced from its last day on. */
function newestWord(codename: "bookworm" | "trixie", sources: ReadonlySet<string>): ReadonlyMap<string, string | null> {
  const ecosystem = codename === "bookworm" ? "Debian:12" : "Debian:13";
  const word = new Map<string, string | null>();
  const names = [...sources].map((name) => `"name":"${name}"`);
  for (const line of sharedLines("osv-debian").filter((text) => names.some((name) => text.includes(name)))) {
    const { id, affected } = osv.parse(JSON.parse(line));
    if (!id.startsWith("CVE-")) continue;
    for (const one of affected) {
      if (one.package.ecosystem !== ecosystem || !sources.has(one.package.name)) continue;
      word.set(`${one.package.name} ${id}`, one.ranges[0]?.events.find((event) => "fixed" in event)?.["fixed"] ?? null);
    }
  }
  const announced = new Map<string, string>();
  for (const { date, cves, rel, pkg } of announcements()) {
    if (date < "2025-02-12") continue;
    for (const [, release, name, version] of `[${rel}] - ${pkg}`.matchAll(/\[(\w+)\] - (\S+) (\S+)/g)) {
      if (release !== codename || name === undefined || version === undefined || !sources.has(name)) continue;
      for (const cve of cves) {
        const known = announced.get(`${name} ${cve}`);
        if (known === undefined || older(known, version)) announced.set(`${name} ${cve}`, version);
      }
    }
  }
  return new Map([...word, ...announced]);
}

const rows = z.array(z.object({ date: z.string(), cves: z.array(z.string()), rel: z.string(), pkg: z.string() }));

/** The array, and the few entries of the text lists that are as young as the export. */
function announcements(): z.infer<typeof rows> {
  const lists = `${sharedText("DSA-list")}${sharedText("DLA-list")}`.split(/\n(?=\[)/);
  const young = lists
    .filter((entry) => /^\[1[2-9] Feb 2025\]/.test(entry))
    .flatMap((entry) => {
      const cves = entry.match(/CVE-\d+-\d+/g) ?? [];
      const day = entry.slice(1, 3);
      return [...entry.matchAll(/\t\[(\w+)\] - (\S+ \S+)/g)].map(([, rel = "", pkg = ""]) => ({
        date: `2025-02-${day}`,
        cves,
        rel,
        pkg,
      }));
    });
  return [...rows.parse(JSON.parse(sharedText("debian-dsa-dla"))), ...young];
}

const semver = z
  .object({ compare: z.custom<(a: string, b: string) => number>((value) => typeof value === "function") })
  .parse(createRequire(import.meta.url)("semver"));

/** `id fixed` of the records that affect an npm package: the one CVE among its names, else GitHub's name. */
function npmRecords(one: SbomPackage): readonly string[] {
  const found: string[] = [];
  for (const line of sharedLines("osv-npm")) {
    if (!line.includes(`"${one.name}"`)) continue;
    const { id, aliases, affected } = osv.parse(z.object({ r: z.unknown() }).parse(JSON.parse(line)).r);
    const inside = affected
      .filter((each) => each.package.ecosystem === "npm" && each.package.name === one.name)
      .flatMap((each) =>
        each.ranges.map((range) => ({
          events: range.events,
          last: each.database_specific?.last_known_affected_version_range,
        })),
      )
      .filter(
        ({ events, last }) =>
          within(one.version, events) &&
          (last === undefined ||
            fixOf(events) !== null ||
            semver.compare(one.version, last.replace(/[<=\s]/g, "")) < (last.startsWith("<=") ? 1 : 0)),
      );
    if (inside.length === 0) continue;
    const cves = aliases.filter((alias) => alias.startsWith("CVE-"));
    const fixes = inside.flatMap(({ events }) => fixOf(events) ?? []).sort(semver.compare);
    found.push(`${cves.length === 1 ? cves[0] : id} ${fixes[0] ?? "-"}`);
  }
  return found;
}

type Events = readonly Readonly<Record<string, string>>[];

function fixOf(events: Events): string | null {
  return events.find((event) => "fixed" in event)?.["fixed"] ?? null;
}

/** For records with one pair of events, as all but one in the data are. */
function within(version: string, events: Events): boolean {
  const introduced = events[0]?.["introduced"] ?? "0";
  const last = events.find((event) => "last_affected" in event)?.["last_affected"];
  const fixed = fixOf(events);
  if (introduced !== "0" && semver.compare(version, introduced) < 0) return false;
  if (last !== undefined) return semver.compare(version, last) <= 0;
  return fixed === null || semver.compare(version, fixed) < 0;
}

function sourceName(one: SbomPackage): string {
  return one.source?.name ?? one.name;
}

let asked = 0;
const dpkg = has("dpkg");

function older(a: string, b: string): boolean {
  const answer = compareDebianVersions(a, b) < 0;
  if (dpkg && asked++ % 10 === 0 && dpkgOlder(a, b) !== answer) throw new Error(`dpkg disagrees about ${a} and ${b}`);
  return answer;
}

function dpkgOlder(a: string, b: string): boolean {
  try {
    execFileSync("dpkg", ["--compare-versions", a, "lt", b], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
