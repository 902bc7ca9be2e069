import type { Distribution, PackageIdentity, SbomPackage } from "../sbom/model.ts";
import type { VersionScheme } from "./version/order.ts";
import { withoutLocal } from "./version/pypi.ts";

/** A kind of packages that records speak of by name and version. `key` is as `AffectedRow.ecosystem`. */
export interface Ecosystem {
  readonly key: string;
  /** What OSV calls it (OSV schema, `affected[].package.ecosystem`). */
  readonly osv: string;
  readonly scheme: VersionScheme;
  /** The name as the index has it. */
  readonly normalise: (name: string) => string;
}

const asWritten = (name: string) => name;
const lowerCase = (name: string) => name.toLowerCase();

/** Ecosystems of programming languages; the key is the type of their package URLs. */
export const languages: readonly Ecosystem[] = [
  { key: "npm", osv: "npm", scheme: "semver", normalise: asWritten },
  // PEP 503: runs of dots, hyphens and underscores are one hyphen.
  { key: "pypi", osv: "PyPI", scheme: "pypi", normalise: (name) => name.toLowerCase().replace(/[-_.]+/g, "-") },
  // Go tells the letters of paths apart, package URLs have them in lower case, and so do bills that others wrote.
  { key: "golang", osv: "Go", scheme: "golang", normalise: lowerCase },
  { key: "cargo", osv: "crates.io", scheme: "cargo", normalise: asWritten },
  // `group:artifact` as records write it; package URLs separate them by a slash.
  { key: "maven", osv: "Maven", scheme: "maven", normalise: (name) => name.replace("/", ":") },
  { key: "gem", osv: "RubyGems", scheme: "gem", normalise: asWritten },
  { key: "composer", osv: "Packagist", scheme: "composer", normalise: lowerCase },
  { key: "nuget", osv: "NuGet", scheme: "nuget", normalise: lowerCase },
];

/** What the index calls a release of Alpine: `apk:3.20`, `apk:edge`. `release` is as os-release or feeds have it. */
export function alpineKey(release: string): string {
  const [, minor] = /^v?(\d+\.\d+)/.exec(release) ?? [];
  return /edge|_alpha/.test(release) || minor === undefined ? "apk:edge" : `apk:${minor}`;
}

/** What the records of a package stand under in the index, and how its versions are ordered. */
export interface Subject {
  readonly ecosystem: string;
  readonly name: string;
  readonly scheme: VersionScheme;
}

/** What records of runtimes that no package owns stand under, by the name that `generic` packages have. */
export const runtimes: ReadonlyMap<string, Subject> = new Map([
  ["node", { ecosystem: "generic", name: "node", scheme: "semver" }],
  ["openssl", { ecosystem: "generic", name: "openssl", scheme: "openssl" }],
  ["python", { ecosystem: "generic", name: "python", scheme: "pypi" }],
  // Go's database calls its commands so; the library that programs have of it is `stdlib`, listed with each program.
  ["go", { ecosystem: "golang", name: "toolchain", scheme: "golang" }],
]);

/** How to ask the index for a package, with the version to compare. */
export interface Question extends Subject {
  readonly version: string;
}

/** Why the index cannot be asked for a package of a kind that is matched. */
export interface Unanswerable {
  readonly reason: string;
}

/** What is asked for: comments may tell where a version comes from. */
export type Asked = PackageIdentity & Pick<SbomPackage, "comments">;

/**
 * The question for a package that is not Debian's, or why none can be asked. Alpine's packages are asked for by the source
 * package they were built from (`origin`), in the image's release. null for what the builder itself adds, which is no software.
 */
export function questionOf(one: Asked, distribution: Distribution | null): Question | Unanswerable | null {
  const subject = subjectOf(one, distribution);
  if (subject === null || "reason" in subject) return subject;
  const reason = unknownVersion(one);
  return reason === null ? { ...subject, version: comparedVersion(one.version, subject) } : { reason };
}

/** Why a version cannot be compared with those of records; null when it can. */
function unknownVersion({ type, version, comments }: Asked): string | null {
  if (version === "") return "its version is not known";
  if (type === "golang" && (!/^(?:v|go)?\d/.test(version) || isUntagged(version, comments))) {
    return `${version} is a build from a working copy, which no record names`;
  }
  if (type === "composer" && /^dev-|-dev$/i.test(version)) return `${version} is a branch, which no record names`;
  return null;
}

/** Go stamps what it builds from a working copy without its tags so, and notes the revision: any version may be meant. */
function isUntagged(version: string, comments: readonly string[]): boolean {
  return version.startsWith("v0.0.0-") && comments.some((comment) => /^\w+ revision /.test(comment));
}

function comparedVersion(version: string, { ecosystem, name }: Subject): string {
  // Records never name local versions, which a distributor adds (PEP 440, "Local version identifiers").
  if (ecosystem === "pypi") return withoutLocal(version);
  // What follows a hyphen in a version of Go itself is its distributor's, not a prerelease.
  const isGo = ecosystem === "golang" && (name === "stdlib" || name === "toolchain");
  return isGo ? version.replace(/^(?=\d)/, "go") : version;
}

/** What records of a package stand under, whatever its version, or why there can be none. null as for `questionOf`. */
export function subjectOf(one: PackageIdentity, distribution: Distribution | null): Subject | Unanswerable | null {
  const { type, name } = one;
  if (type === "hardpan") return null;
  if (type === "apk") return alpineSubject(one, distribution);
  if (type === "generic") return runtimeSubject(name);
  const language = languages.find(({ key }) => key === type);
  if (language === undefined) return { reason: `no source speaks of packages of the type ${type}` };
  return { ecosystem: type, name: language.normalise(name), scheme: language.scheme };
}

function runtimeSubject(name: string): Subject | Unanswerable {
  return runtimes.get(name) ?? { reason: `no source speaks of versions of ${name} that no package brought` };
}

function alpineSubject({ name, source }: PackageIdentity, distribution: Distribution | null): Subject | Unanswerable {
  if (distribution === null) return { reason: "the image does not say which release of Alpine it is" };
  if (distribution.id !== "alpine") return { reason: `it is a package of ${distribution.id}, not of Alpine` };
  const release = distribution.versionId;
  if (release === null) return { reason: "the image does not say which release of Alpine it is" };
  return { ecosystem: alpineKey(release), name: source?.name ?? name, scheme: "apk" };
}
