import { createRequire } from "node:module";
import { z } from "zod";
import type { SbomPackage } from "../../src/sbom/model.ts";
import { sharedLines, sharedText } from "./shared-data.ts";

/**
 * The second opinion on packages outside Debian and npm, by the simplest means: PyPI and Go by dotted numbers, the Node.js
 * runtime by its project's own node ranges and npm's semver, Alpine by its fixes alone. Gives `id fixed` of what affects a package;
 * versions that are more than numbers are none of its business.
 */
export function naiveOthers(one: SbomPackage, alpineRelease: string | null): readonly string[] {
  if (one.type === "pypi") return grouped(osvHits(one, { file: "osv-pypi", ecosystem: "PyPI", name: pep503 }));
  if (one.type === "golang") return grouped(osvHits(one, { file: "go-vulndb", ecosystem: "Go", name: (name) => name }));
  if (one.type === "generic" && one.name === "node") return nodeIds(one.version);
  if (one.type === "apk" && alpineRelease !== null) return alpineIds(one, alpineRelease);
  return [];
}

const record = z.object({
  id: z.string(),
  withdrawn: z.string().nullish(),
  aliases: z.array(z.string()).default([]),
  affected: z.array(
    z.object({
      package: z.object({ ecosystem: z.string(), name: z.string() }).optional(),
      versions: z.array(z.string()).default([]),
      ranges: z.array(z.object({ type: z.string(), events: z.array(z.record(z.string(), z.string())) })).default([]),
    }),
  ),
});

interface Hit {
  readonly ids: readonly string[];
  readonly fixed: string | null;
}

function osvHits(
  one: SbomPackage,
  feed: { readonly file: string; readonly ecosystem: string; readonly name: (name: string) => string },
): readonly Hit[] {
  const version = one.version.replace(/^v/, "");
  const hits: Hit[] = [];
  for (const line of sharedLines(feed.file)) {
    if (!line.includes(one.name)) continue;
    const parsed: unknown = JSON.parse(line);
    const found = record.parse(z.object({ r: z.unknown() }).safeParse(parsed).data?.r ?? parsed);
    if (found.withdrawn != null && found.withdrawn !== "") continue;
    for (const { package: item, versions, ranges } of found.affected) {
      if (item?.ecosystem !== feed.ecosystem || feed.name(item.name) !== feed.name(one.name)) continue;
      const inside = ranges.filter((range) => range.type !== "GIT" && within(version, range.events));
      if (inside.length === 0 && !versions.includes(version)) continue;
      const fixes = inside.flatMap(({ events }) => events.flatMap((event) => event["fixed"] ?? []));
      const above = fixes.filter((fix) => numbers(fix, version) > 0).sort(numbers);
      hits.push({ ids: [found.id, ...found.aliases], fixed: above[0] ?? null });
    }
  }
  return hits;
}

/** Points on a line, asked one by one whether they lie below. */
function within(version: string, events: readonly Readonly<Record<string, string>>[]): boolean {
  const points = events.flatMap((event) => Object.entries(event)).sort((a, b) => numbers(a[1], b[1]));
  let inside = false;
  for (const [kind, at] of points) {
    const order = numbers(version, at);
    if (kind === "introduced" && order >= 0) inside = true;
    if (kind === "fixed" && order >= 0) inside = false;
    if (kind === "last_affected" && order > 0) inside = false;
  }
  return inside;
}

function numbers(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(/[.-]/).map(Number));
  for (let i = 0; i < Math.max(left?.length ?? 0, right?.length ?? 0); i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Joins hits that share an id until nothing changes; names each by its only CVE, else GitHub's id, else the first. */
function grouped(hits: readonly Hit[]): readonly string[] {
  let groups = hits.map(({ ids, fixed }) => ({ ids: new Set(ids), fixes: fixed === null ? [] : [fixed] }));
  for (let changed = true; changed; ) {
    changed = false;
    for (const group of groups) {
      const other = groups.find((each) => each !== group && [...each.ids].some((id) => group.ids.has(id)));
      if (other === undefined) continue;
      for (const id of other.ids) group.ids.add(id);
      group.fixes.push(...other.fixes);
      groups = groups.filter((each) => each !== other);
      changed = true;
      break;
    }
  }
  return groups.map(({ ids, fixes }) => {
    const sorted = [...ids].sort();
    const cves = sorted.filter((id) => id.startsWith("CVE-"));
    const id = cves.length === 1 ? cves[0] : (sorted.find((each) => each.startsWith("GHSA-")) ?? sorted[0]);
    return `${id} ${fixes.sort(numbers).at(-1) ?? "-"}`;
  });
}

const semver = z
  .object({
    satisfies: z.custom<(version: string, range: string) => boolean>((value) => typeof value === "function"),
    compare: z.custom<(a: string, b: string) => number>((value) => typeof value === "function"),
  })
  .parse(createRequire(import.meta.url)("semver"));

const nodeAdvisories = z.record(
  z.string(),
  z.object({
    cve: z.array(z.string()).default([]),
    vulnerable: z.string(),
    patched: z.string().optional(),
    affectedEnvironments: z.array(z.string()).default([]),
  }),
);

/** Ids alone: which of the patched versions is the next is not asked here. */
function nodeIds(version: string): readonly string[] {
  const ids = Object.values(nodeAdvisories.parse(JSON.parse(sharedText("nodejs-core")))).flatMap((one) => {
    const { vulnerable, patched = "", affectedEnvironments: systems } = one;
    if (systems.length > 0 && !systems.includes("all") && !systems.includes("linux")) return [];
    if (!semver.satisfies(version, vulnerable)) return [];
    return patched !== "" && semver.satisfies(version, patched) ? [] : one.cve;
  });
  return [...new Set(ids)].map((id) => `${id} *`);
}

const secdb = z.object({
  distroversion: z.string(),
  packages: z.array(
    z.object({ pkg: z.object({ name: z.string(), secfixes: z.record(z.string(), z.array(z.string())).nullish() }) }),
  ),
});

function alpineIds(one: SbomPackage, release: string): readonly string[] {
  const origin = one.source?.name ?? one.name;
  const fixes = new Map<string, string>();
  for (const line of sharedLines("alpine-secdb")) {
    const database = secdb.parse(z.object({ r: z.unknown() }).parse(JSON.parse(line)).r);
    if (database.distroversion !== `v${release}`) continue;
    for (const { pkg } of database.packages) {
      if (pkg.name !== origin) continue;
      for (const [fixed, ids] of Object.entries(pkg.secfixes ?? {})) {
        if (fixed === "0" || apk(one.version, fixed) >= 0) continue;
        for (const id of ids.flatMap((text) => text.match(/CVE-\d{4}-\d{4,}/g) ?? [])) {
          const known = fixes.get(id);
          if (known === undefined || apk(fixed, known) < 0) fixes.set(id, fixed);
        }
      }
    }
  }
  return [...fixes].map(([id, fixed]) => `${id} ${fixed}`);
}

/** For versions of numbers and a revision alone. */
function apk(a: string, b: string): number {
  const [left = "", leftRevision = "0"] = a.split("-r");
  const [right = "", rightRevision = "0"] = b.split("-r");
  return numbers(left, right) || Number(leftRevision) - Number(rightRevision);
}

function pep503(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}
