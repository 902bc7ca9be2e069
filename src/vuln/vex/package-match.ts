import type { Distribution, PackageIdentity } from "../../sbom/model.ts";
import type { ParsedPurl } from "../../sbom/read/purl-parts.ts";
import { releaseOfCodename, releaseOfImage } from "../release.ts";
import { isPackageOf, readPurl } from "./purl-match.ts";

/** A package of an image as statements may name it. */
export interface NamedPackage {
  /** What its package URL says. */
  readonly purl: ParsedPurl;
  /** The same, as if the source package were installed; null where it has none. */
  readonly source: ParsedPurl | null;
  /** Version of the source package, and of the binary one, which some put there. */
  readonly sourceVersions: readonly string[];
  /** The distribution of the image; of its URL where the image does not say. */
  readonly distribution: Distribution | null;
}

/** `one` as statements may name it; null where its package URL is none. */
export function namedPackage(one: PackageIdentity, distribution: Distribution | null): NamedPackage | null {
  const purl = readPurl(one.purl);
  if (purl === null) return null;
  const { source } = one;
  return {
    purl,
    source: source === null ? null : { ...purl, name: source.name },
    sourceVersions: source === null ? [] : [source.version, one.version],
    distribution: distribution ?? distributionOf(purl),
  };
}

/**
 * Whether a statement that names `statement` is about `one`. Beyond what `purlMatches` allows, the name may be of its source
 * package, with the source's version or the package's own, and `os_name`, `os_version`, `os_distro` and `distro` may say in
 * any usual way which distribution the image is: `pkg:deb/debian/openssl@3.0.17-1~deb12u2?os_distro=bookworm&os_name=debian&
 * os_version=12` is about libssl3 of Debian 12.
 */
export function packageMatches(statement: ParsedPurl, one: NamedPackage): boolean {
  if (isPackageOf(statement, one.purl)) return qualifiersHold(statement, one, false);
  if (one.source === null) return false;
  const { version } = statement;
  const isSource = isPackageOf({ ...statement, version: null }, one.source);
  return isSource && (version === null || one.sourceVersions.includes(version)) && qualifiersHold(statement, one, true);
}

function qualifiersHold(statement: ParsedPurl, one: NamedPackage, bySource: boolean): boolean {
  return Object.entries(statement.qualifiers).every(([key, value]) => {
    if (one.purl.qualifiers[key] === value) return true;
    if (key === "arch") return bySource && (value === "source" || value === "src");
    if (key === "upstream") return isUpstream(value, one);
    return isDistribution(key, value, one.distribution);
  });
}

function isUpstream(value: string, { source, sourceVersions }: NamedPackage): boolean {
  if (source === null) return false;
  return value === source.name || sourceVersions.some((version) => value === `${source.name}@${version}`);
}

/** Whether a qualifier that names a distribution names this one; false for other qualifiers. */
export function isDistribution(key: string, value: string, distribution: Distribution | null): boolean {
  if (distribution === null) return false;
  if (key === "os_name") return value === distribution.id;
  if (key === "os_version") return isRelease(value, distribution);
  if (key === "os_distro") return isCodename(value, distribution);
  if (key !== "distro") return false;
  const prefix = `${distribution.id}-`;
  const release = value.startsWith(prefix) ? value.slice(prefix.length) : value;
  return value === distribution.id || isRelease(release, distribution) || isCodename(release, distribution);
}

/** `3.22` is meant by 3.22.1; of Debian 12.5 is meant by 12, as its point releases are one release. */
function isRelease(value: string, { id, versionId }: Distribution): boolean {
  if (versionId === null || value === "") return false;
  if (value === versionId || versionId.startsWith(`${value}.`)) return true;
  return id === "debian" && value.startsWith(`${versionId}.`);
}

function isCodename(value: string, distribution: Distribution): boolean {
  if (value === distribution.codename) return true;
  const release = releaseOfImage(distribution);
  return release !== null && releaseOfCodename(value) === release;
}

/** `distro=debian-12` or `distro=debian-bookworm`. */
function distributionOf({ qualifiers }: ParsedPurl): Distribution | null {
  const [, id, release] = /^([a-z][\w.]*?)(?:-(.+))?$/.exec(qualifiers["distro"] ?? "") ?? [];
  if (id === undefined) return null;
  const isNumber = release !== undefined && /^\d/.test(release);
  return { id, versionId: isNumber ? release : null, codename: isNumber ? null : (release ?? null), prettyName: null };
}
