import type { ArchivePackage, PackageIndex } from "../../apt/model.ts";
import type { Cache } from "../../cache/cache.ts";
import { compareDebianVersions } from "../../debian/version.ts";
import { CodedError } from "../../error.ts";
import type { Sbom, SourcePackage } from "../../sbom/model.ts";
import { VulnError } from "../error.ts";
import { sourceOf } from "../match/debian/matcher.ts";
import { thirdParty } from "../match/third-party.ts";
import { releaseOfCodename, releaseOfImage } from "../release.ts";
import type { ChangelogEntry } from "./changelog.ts";
import { changelogOf } from "./deb-changelog.ts";
import type { ArchiveEvidence, ChangelogFix } from "./evidence.ts";
import { historyOf } from "./history.ts";

/** What the archive-derived provider works with. */
export interface ArchivePorts {
  /** The bytes of a package's .deb, verified. Without it only newest versions are told, no fixes. */
  readonly fetchPackage?: (one: ArchivePackage, signal?: AbortSignal) => Promise<Uint8Array>;
  /** Remembers what the changelog of a .deb named. */
  readonly cache?: Cache;
  /** Vulnerabilities that other data calls open, by source package: changelogs are asked whether they are mended already. */
  readonly doubted?: ReadonlyMap<string, ReadonlySet<string>>;
  readonly signal?: AbortSignal;
  readonly progress?: (progress: ArchiveProgress) => void;
  /** Source packages looked at side by side; default 4. */
  readonly concurrency?: number;
}

/** How many of the source packages that are behind have been looked at. */
export interface ArchiveProgress {
  readonly source: string;
  readonly done: number;
  readonly total: number;
}

/**
 * Compares an image's Debian packages with the archive of the same release. For each source package that is behind, the
 * changelog in one of the newest version's .debs says which CVEs its entries after the installed version mend; for those of
 * `doubted`, which of them older entries mend. Tells fixes only: what no changelog names is unknown, not unaffected. Throws
 * VULN_RELEASE_MISMATCH, and what `fetchPackage` throws unless that is a CodedError: then the source package is listed as
 * unread.
 */
export async function collectArchiveEvidence(
  sbom: Sbom,
  packages: PackageIndex,
  ports: ArchivePorts = {},
): Promise<ArchiveEvidence> {
  const release = checkRelease(sbom, packages);
  const newest = new Map<string, string>();
  const asked: SourcePackage[] = [];
  for (const source of installedSources(sbom)) {
    const version = newestVersion(packages.ofSource(source.name));
    if (version === null) continue;
    newest.set(source.name, version);
    if (compareDebianVersions(source.version, version) < 0 || ports.doubted?.has(source.name) === true)
      asked.push(source);
  }
  const asOf =
    packages.releases
      .map((one) => one.date)
      .toSorted()
      .at(-1) ?? "";
  if (ports.fetchPackage === undefined) return { release, asOf, newest, fixes: [], mended: [], unread: [] };
  const fetchPackage = ports.fetchPackage;
  let done = 0;
  const looked = await inParallel(asked, ports.concurrency ?? 4, async (source) => {
    ports.signal?.throwIfAborted();
    const entries = await readChangelog(
      packages,
      { source, version: newest.get(source.name) ?? "" },
      { ...ports, fetchPackage },
    );
    ports.progress?.({ source: source.name, done: ++done, total: asked.length });
    return { source, entries };
  });
  const histories = looked.map(({ source, entries }) => historyOf("reason" in entries ? [] : entries, source));
  const isDoubted = ({ source, vulnerability }: ChangelogFix) =>
    ports.doubted?.get(source)?.has(vulnerability) === true;
  return {
    ...{ release, asOf, newest, unread: looked.flatMap(unreadOf) },
    fixes: histories.flatMap(({ fixes }) => fixes),
    mended: histories.flatMap(({ mended }) => mended).filter(isDoubted),
  };
}

function checkRelease(sbom: Sbom, packages: PackageIndex): string {
  const image = releaseOfImage(sbom.distribution);
  const found = new Set(packages.releases.map((one) => releaseOfCodename(one.codename.replace(/-.*$/, ""))));
  if (image !== null && found.size === 1 && found.has(image)) return image;
  const names = packages.releases.map((one) => one.codename).join(", ");
  throw new VulnError(
    "VULN_RELEASE_MISMATCH",
    `the image is of Debian release ${image ?? "unknown"}, the archive of ${names}`,
    {
      hint: "compare an image with the archive of its own release",
    },
  );
}

/** Each source package of the image in each version it occurs in, sorted. */
function installedSources(sbom: Sbom): readonly SourcePackage[] {
  const sources = new Map<string, SourcePackage>();
  for (const one of sbom.packages) {
    if (one.type !== "deb" || thirdParty(one) !== null) continue;
    const source = sourceOf(one);
    sources.set(`${source.name} ${source.version}`, source);
  }
  return [...sources].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, source]) => source);
}

function newestVersion(packages: readonly ArchivePackage[]): string | null {
  return (
    packages
      .map((one) => one.source.version)
      .toSorted(compareDebianVersions)
      .at(-1) ?? null
  );
}

/** Largest .deb downloaded for its changelog, in bytes, and how many are tried where the first have none. */
const [sizeLimit, tries] = [64 * 1024 * 1024, 6];

type Changelog = readonly ChangelogEntry[] | { readonly reason: string };

/** The changelog of a source package: of the smallest of its .debs that has one, or of the sibling that this one links to. */
async function readChangelog(
  packages: PackageIndex,
  of: { readonly source: SourcePackage; readonly version: string },
  ports: ArchivePorts & Required<Pick<ArchivePorts, "fetchPackage">>,
): Promise<Changelog> {
  const { source, version } = of;
  let candidates = packages
    .ofSource(source.name)
    .filter((one) => one.source.version === version && one.size <= sizeLimit)
    .toSorted((a, b) => a.size - b.size || (a.name < b.name ? -1 : 1));
  let reason = `no package of ${version} is small enough to look into`;
  for (let tried = 0; tried < tries; tried++) {
    const [candidate, ...others] = candidates;
    if (candidate === undefined) break;
    candidates = others;
    try {
      const { entries, link } = await changelogOf(candidate, ports);
      if (entries.some((entry) => entry.source === source.name)) return entries;
      reason = `${candidate.name} ${candidate.version} has no changelog of ${source.name}`;
      candidates = [...others.filter((one) => one.name === link), ...others.filter((one) => one.name !== link)];
    } catch (cause) {
      ports.signal?.throwIfAborted();
      if (!(cause instanceof CodedError)) throw cause;
      reason = cause.message;
    }
  }
  return { reason };
}

interface Looked {
  readonly source: SourcePackage;
  readonly entries: Changelog;
}

function unreadOf({ source, entries }: Looked): ArchiveEvidence["unread"] {
  return "reason" in entries ? [{ source: source.name, reason: entries.reason }] : [];
}

/** Runs `work` over `items`, `width` at a time; results in the order of the items. */
async function inParallel<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Map<number, Result>();
  const queue = items.entries();
  const worker = async () => {
    for (const [i, item] of queue) results.set(i, await work(item));
  };
  await Promise.all(Array.from({ length: width }, worker));
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
