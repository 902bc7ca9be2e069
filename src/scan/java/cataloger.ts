import { nameOf } from "../../facts/path.ts";
import { packageUrl } from "../../sbom/purl.ts";
import type { Cataloger, FoundPackage, ScanContext } from "../cataloger.ts";
import { onePerPurl } from "../one-per-purl.ts";
import { archiveEndings, readArchive } from "./archive.ts";
import type { Coordinates } from "./coordinates.ts";
import type { JavaFinding, JavaPackage } from "./model.ts";
import { parsePom } from "./pom.ts";
import { linkedPoms } from "./repository.ts";

/**
 * Java's artifacts in archives, in archives inside those, and as a Maven repository in the image describes them. Their
 * names are `group:artifact`, as advisories write them. What is inside a file has a second location, `app.war!/WEB-INF/lib/a.jar`.
 */
export const javaCataloger: Cataloger<JavaFinding> = {
  name: "java",
  interest: { endings: [...archiveEndings, ".pom"] },
  reading(path) {
    if (path.endsWith(".pom")) return { limit: 2 ** 20, read: readPom };
    return { stream: () => readArchive(nameOf(path)) };
  },
  catalog(context) {
    const archives = readArchives(context);
    const certain = certainOf(archives.flatMap(({ artifacts }) => artifacts));
    const places: FoundPackage[] = [];
    for (const { paths, artifacts } of archives) {
      const all = artifacts.map((artifact) => asElsewhere(artifact, certain));
      for (const artifact of all) places.push(foundAt(paths[0], artifact));
      own(context, paths, all);
    }
    const earlier = new Set(context.found.map((item) => item.purl));
    return onePerPurl(withLeastGuessed(places)).filter((item) => !earlier.has(item.purl));
  },
};

/** What is in an archive of the image; `paths` are its own and those of what a repository has beside it. */
interface KnownArchive {
  readonly paths: readonly [string, ...string[]];
  readonly artifacts: readonly JavaPackage[];
}

function readArchives(context: ScanContext<JavaFinding>): readonly KnownArchive[] {
  const described = linkedPoms(context);
  return [...context.findings].flatMap(([path, finding]): KnownArchive[] => {
    if (finding.kind !== "archive") return [];
    for (const reason of finding.warnings) context.warn(path, reason);
    const pom = described.get(path);
    return [{ paths: [path, ...(pom?.paths ?? [])], artifacts: withPom(finding.packages, pom?.package) }];
  });
}

/** Coordinates that are no guess, by artifact and version; null where several groups have them. */
function certainOf(artifacts: readonly JavaPackage[]): ReadonlyMap<string, Coordinates | null> {
  const certain = new Map<string, Coordinates | null>();
  for (const { coordinates, guess } of artifacts) {
    if (guess !== null) continue;
    const key = keyOf(coordinates);
    const known = certain.get(key);
    certain.set(key, known === undefined || known?.group === coordinates.group ? coordinates : null);
  }
  return certain;
}

/** Another build of an artifact that says its group elsewhere in the image needs no guess. */
function asElsewhere(item: JavaPackage, certain: ReadonlyMap<string, Coordinates | null>): JavaPackage {
  const coordinates = item.guess === null ? null : (certain.get(keyOf(item.coordinates)) ?? null);
  return coordinates === null ? item : { ...item, coordinates, guess: null };
}

function keyOf({ artifact, version }: Coordinates): string {
  return `${artifact}:${version}`;
}

function readPom(content: Uint8Array): JavaFinding | null {
  const pom = parsePom(new TextDecoder().decode(content));
  return pom === null ? null : { kind: "pom", ...pom };
}

/** A repository's description stands in for what was guessed, but not for what an archive says of itself. */
function withPom(packages: readonly JavaPackage[], pom: JavaPackage | undefined): readonly JavaPackage[] {
  if (pom === undefined || packages.some(({ inner, guess }) => inner === "" && guess === null)) return packages;
  const guessed = packages.find(({ inner }) => inner === "");
  const licenses = pom.licenses.length === 0 ? (guessed?.licenses ?? []) : pom.licenses;
  return [{ ...pom, licenses }, ...packages.filter((item) => item !== guessed)];
}

function foundAt(path: string, { coordinates, licenses, inner, guess }: JavaPackage): FoundPackage {
  const { group, artifact, version } = coordinates;
  return {
    type: "maven",
    name: `${group}:${artifact}`,
    version,
    source: null,
    purl: purlOf(coordinates),
    licenses,
    locations: inner === "" ? [path] : [path, `${path}!/${inner}`],
    evidence: path,
    supplier: null,
    architecture: null,
    comments: guess === null ? [] : [`its Maven group is guessed from ${guess}`],
  };
}

function purlOf({ group, artifact, version }: Coordinates): string {
  return packageUrl({ type: "maven", namespace: group, name: artifact, version });
}

/** What one place says for certain, another need not guess; of licences, those of the first place that has some count. */
function withLeastGuessed(places: readonly FoundPackage[]): readonly FoundPackage[] {
  const best = new Map<string, Pick<FoundPackage, "licenses" | "comments">>();
  for (const { purl, licenses, comments } of places) {
    const known = best.get(purl);
    if (known === undefined) best.set(purl, { licenses, comments });
    else if (
      (known.licenses.length === 0 && licenses.length > 0) ||
      (known.comments.length > 0 && comments.length === 0)
    ) {
      best.set(purl, {
        licenses: known.licenses.length === 0 ? licenses : known.licenses,
        comments: comments.length === 0 ? comments : known.comments,
      });
    }
  }
  return places.map((item) => {
    const { licenses, comments } = best.get(item.purl) ?? item;
    return item.licenses === licenses && item.comments === comments ? item : { ...item, licenses, comments };
  });
}

function own(context: ScanContext, paths: readonly string[], artifacts: readonly JavaPackage[]): void {
  const itself = artifacts.find(({ inner }) => inner === "") ?? artifacts[0];
  if (itself === undefined) return;
  for (const path of paths) context.owners.add(path, purlOf(itself.coordinates));
}
