import { type Coordinates, coordinatesOf, isIdentifier } from "./coordinates.ts";
import { archiveName, type NamedArchive } from "./file-name.ts";
import { knownGroup } from "./groups.ts";
import { mappedLicenses } from "./license.ts";
import { clausesOf, type ManifestAttributes } from "./manifest.ts";
import type { JavaPackage } from "./model.ts";

/** What an archive says of itself and of what was put into it. */
export interface ArchiveFacts {
  readonly fileName: string;
  readonly manifest: ManifestAttributes | null;
  /** Of each folder of META-INF/maven. */
  readonly poms: readonly Described[];
}

/** An artifact that a pom.properties or pom.xml inside an archive describes. */
export type Described = Pick<JavaPackage, "coordinates" | "licenses">;

/**
 * The artifacts of an archive: those its own Maven files describe and, where none of them is the archive's own, that one
 * as its manifest and file name have it. Without a name or a version nothing is made up.
 */
export function identify(facts: ArchiveFacts): readonly Omit<JavaPackage, "inner">[] {
  const manifest = facts.manifest ?? new Map<string, string>();
  const named = archiveName(facts.fileName);
  const own = ownPom(facts.poms, named, manifest);
  const licenses = bundleLicenses(manifest);
  const described = facts.poms.map((pom) => {
    const isBare = pom === own && pom.licenses.length === 0;
    return { coordinates: pom.coordinates, licenses: isBare ? licenses : pom.licenses, guess: null };
  });
  const guessed = own === null && isOrdinary(facts, manifest) ? guessedCoordinates(named, manifest) : null;
  return guessed === null ? described : [{ ...guessed, licenses }, ...described];
}

/** The one of several that describes the archive itself rather than what was shaded into it. */
function ownPom(poms: readonly Described[], named: NamedArchive, manifest: ManifestAttributes): Described | null {
  const names = [named.stem, named.name, manifest.get("implementation-title"), manifest.get("bundle-name")];
  const plain = new Set(names.flatMap((name) => (name === undefined ? [] : withoutDigits(name))));
  const symbolic = symbolicName(manifest);
  const isNamed = ({ coordinates: { artifact } }: Described) =>
    plain.has(withoutDigits(artifact)) || symbolic.endsWith(`.${artifact}`);
  const isVersioned = ({ coordinates: { version } }: Described) =>
    named.version === null || named.version === version || named.version.startsWith(`${version}-`);
  const [only] = poms.length === 1 ? poms.filter(isVersioned) : [];
  return poms.find((pom) => isNamed(pom) && isVersioned(pom)) ?? poms.find(isNamed) ?? only ?? null;
}

/** Distributions put a major version into names: `maven3-core.jar` is of the artifact `maven-core`. */
function withoutDigits(name: string): string {
  return name.replace(/\d/g, "");
}

/** A module of the JDK has no name in Maven, nor have the archives of a Java runtime. */
function isOrdinary(facts: ArchiveFacts, manifest: ManifestAttributes): boolean {
  const title = manifest.get("implementation-title") ?? "";
  return facts.manifest !== null && !facts.fileName.endsWith(".jmod") && title !== "Java Runtime Environment";
}

function guessedCoordinates(
  named: NamedArchive,
  manifest: ManifestAttributes,
): { readonly coordinates: Coordinates; readonly guess: string } | null {
  const artifact = named.version === null ? titleOf(named.name, manifest) : named.name;
  const [group, guess] = groupOf(artifact, manifest);
  const coordinates = coordinatesOf({ group, artifact, version: versionOf(named, manifest) });
  return coordinates === null ? null : { coordinates, guess };
}

/** The name that the manifest has for a file named without a version, where it can be an artifact's. */
function titleOf(fileName: string, manifest: ManifestAttributes): string {
  const [short, title, bundle] = ["short-name", "implementation-title", "bundle-name"].map((name) => {
    const text = manifest.get(name) ?? "";
    return isIdentifier(text) && text === text.toLowerCase() ? text : undefined;
  });
  return short ?? title ?? (bundle?.includes(fileName) === true ? bundle : fileName);
}

const versionAttributes = ["plugin-version", "implementation-version", "bundle-version", "specification-version"];

/** Of the file's name, unless the manifest's shows that name to have more than the version; else of the manifest. */
function versionOf(named: NamedArchive, manifest: ManifestAttributes): string | undefined {
  const versions = versionAttributes.flatMap((name) => {
    const [first = ""] = (manifest.get(name) ?? "").trim().split(/[\s(,;]/, 1);
    return /^v?\d/.test(first) ? first.replace(/^v/, "") : [];
  });
  const { version } = named;
  if (version === null) return versions[0];
  return versions.find((other) => version.startsWith(`${other}-`)) ?? version;
}

/** The group, and what it was taken from. */
function groupOf(artifact: string, manifest: ManifestAttributes): readonly [group: string, guess: string] {
  const known = knownGroup(artifact);
  if (known !== null) return [known, "the artifact's name"];
  for (const name of ["Group-Id", "Implementation-Vendor-Id"]) {
    const group = manifest.get(name.toLowerCase()) ?? "";
    if (isGroup(group)) return [group, name];
  }
  const symbolic = symbolicName(manifest);
  if (isGroup(symbolic)) return [withoutArtifact(symbolic, artifact), "Bundle-SymbolicName"];
  const moduleName = manifest.get("automatic-module-name") ?? "";
  if (isGroup(moduleName)) return [withoutArtifact(moduleName, artifact), "Automatic-Module-Name"];
  return [artifact, "the file name"];
}

function isGroup(text: string): boolean {
  return isIdentifier(text) && /^[a-z]/.test(text) && text.includes(".");
}

/**
 * Bundles are named after group and artifact, of which what both share stands once: `org.apache.commons` and
 * `commons-lang3` make `org.apache.commons.lang3`. Where a hyphen parts them, it does so here too.
 */
function withoutArtifact(symbolic: string, artifact: string): string {
  const last = artifact.slice(artifact.lastIndexOf("-") + 1);
  const hyphen = symbolic.indexOf("-");
  const isParted = hyphen > 0 && artifact.endsWith(symbolic.slice(hyphen));
  if (symbolic.endsWith(`.${artifact}`)) return withoutSole(symbolic, symbolic.slice(0, -artifact.length - 1));
  if (isParted) return symbolic.slice(0, hyphen);
  return symbolic.endsWith(`.${last}`) ? withoutSole(symbolic, symbolic.slice(0, -last.length - 1)) : symbolic;
}

/** `com` or `org` is nobody's group. */
function withoutSole(symbolic: string, group: string): string {
  return group.includes(".") || !/^(com|org|net|io|de|edu)$/.test(group) ? group : symbolic;
}

function symbolicName(manifest: ManifestAttributes): string {
  return clausesOf(manifest.get("bundle-symbolicname") ?? "")[0] ?? "";
}

function bundleLicenses(manifest: ManifestAttributes): readonly string[] {
  const clauses = clausesOf(manifest.get("bundle-license") ?? "").filter((clause) => clause !== "<<EXTERNAL>>");
  return mappedLicenses(clauses.map((clause) => (clause.includes("://") ? { url: clause } : { name: clause })));
}
