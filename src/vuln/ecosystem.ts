import type { Distribution, PackageIdentity } from "../sbom/model.ts";
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
  { key: "golang", osv: "Go", scheme: "golang", normalise: asWritten },
  { key: "cargo", osv: "crates.io", scheme: "cargo", normalise: asWritten },
  // `group:artifact` as records write it; package URLs separate them by a slash.
  { key: "maven", osv: "Maven", scheme: "maven", normalise: (name) => name.replace("/", ":") },
  { key: "gem", osv: "RubyGems", scheme: "gem", normalise: asWritten },
  { key: "composer", osv: "Packagist", scheme: "composer", normalise: lowerCase },
  { key: "nuget", osv: "NuGet", scheme: "nuget", normalise: lowerCase },
];

/** Runtimes that no package owns, by the name that `generic` packages have, and how their versions are ordered. */
export const runtimeSchemes: ReadonlyMap<string, VersionScheme> = new Map([
  ["node", "semver"],
  ["openssl", "openssl"],
  ["python", "pypi"],
]);

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

/** How to ask the index for a package, with the version to compare. */
export interface Question extends Subject {
  readonly version: string;
}

/** Why the index cannot be asked for a package of a kind that is matched. */
export interface Unanswerable {
  readonly reason: string;
}

/**
 * The question for a package that is not Debian's, or why none can be asked. Alpine's packages are asked for by the source
 * package they were built from (`origin`), in the image's release. null for what the builder itself adds, which is no software.
 */
export function questionOf(one: PackageIdentity, distribution: Distribution | null): Question | Unanswerable | null {
  const subject = subjectOf(one, distribution);
  if (subject === null || "reason" in subject) return subject;
  const { type, version } = one;
  if (version === "") return { reason: "its version is not known" };
  if (type === "golang" && !/^(?:v|go)?\d/.test(version)) {
    return { reason: `${version} is a build from a working copy, which no record names` };
  }
  return { ...subject, version: comparedVersion(type, version) };
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

/** Records never name local versions, which a distributor adds (PEP 440, "Local version identifiers"). */
function comparedVersion(type: string, version: string): string {
  return type === "pypi" ? withoutLocal(version) : version;
}

function runtimeSubject(name: string): Subject | Unanswerable {
  const scheme = runtimeSchemes.get(name);
  if (scheme === undefined) return { reason: `no source speaks of versions of ${name} that no package brought` };
  return { ecosystem: "generic", name, scheme };
}

function alpineSubject({ name, source }: PackageIdentity, distribution: Distribution | null): Subject | Unanswerable {
  if (distribution === null) return { reason: "the image does not say which release of Alpine it is" };
  if (distribution.id !== "alpine") return { reason: `it is a package of ${distribution.id}, not of Alpine` };
  const release = distribution.versionId;
  if (release === null) return { reason: "the image does not say which release of Alpine it is" };
  return { ecosystem: alpineKey(release), name: source?.name ?? name, scheme: "apk" };
}
