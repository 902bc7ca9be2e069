import type { Sbom, SbomPackage } from "../sbom/model.ts";
import type { AdvisoryIndex } from "./index/read.ts";
import { advisorySources } from "./index/read.ts";
import { baseOf } from "./match/debian/line.ts";
import type { AdvisorySource } from "./model.ts";
import { releaseOfImage } from "./release.ts";

/** Which sources speak of packages by the type of their package URLs; for Debian's it is the base of the release. */
const sourcesOfTypes: ReadonlyMap<string, readonly string[]> = new Map([
  ["npm", ["osv-npm"]],
  ["pypi", ["osv-pypi"]],
  ["golang", ["osv-go"]],
  ["cargo", ["osv-crates.io"]],
  ["maven", ["osv-maven"]],
  ["gem", ["osv-rubygems"]],
  ["composer", ["osv-packagist"]],
  ["nuget", ["osv-nuget"]],
  ["apk", ["alpine-secdb", "osv-alpine"]],
]);

/** Which sources speak of runtimes that no package owns. */
const sourcesOfRuntimes: ReadonlyMap<string, readonly string[]> = new Map([
  ["node", ["nodejs-core"]],
  ["openssl", ["openssl"]],
  ["python", ["psf"]],
  ["go", ["osv-go"]],
]);

/**
 * The sources of `index` that an answer about `sbom` rests on: the one whose word counts for everything in its Debian release,
 * and those of the ecosystems its other packages are of. Lists of exploited vulnerabilities and of support are none of them.
 */
export function sourcesInUse(sbom: Sbom, index: AdvisoryIndex): readonly AdvisorySource[] {
  const release = releaseOfImage(sbom.distribution);
  const base = release === null ? null : baseOf(index, release);
  const ofDebian = [base?.source ?? "debian-advisories"];
  const sourcesOf = ({ type, name }: SbomPackage): readonly string[] => {
    if (type === "deb") return ofDebian;
    return (type === "generic" ? sourcesOfRuntimes.get(name) : sourcesOfTypes.get(type)) ?? [];
  };
  const names = new Set(sbom.packages.flatMap(sourcesOf));
  return advisorySources(index).filter(({ source }) => names.has(source));
}
