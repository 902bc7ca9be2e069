import type { Sbom } from "../sbom/model.ts";
import { questionOf } from "./ecosystem.ts";
import type { AdvisoryIndex } from "./index/read.ts";
import { advisorySources } from "./index/read.ts";
import { baseOf } from "./match/debian/line.ts";
import type { AdvisorySource } from "./model.ts";
import { releaseOfImage } from "./release.ts";

/** Which sources speak of packages by the type of their package URLs; for Debian's it is the base of the release. */
const sourcesOfTypes: Readonly<Record<string, readonly string[]>> = {
  npm: ["osv-npm"],
  pypi: ["osv-pypi"],
  golang: ["osv-go"],
  cargo: ["osv-crates.io"],
  maven: ["osv-maven"],
  gem: ["osv-rubygems"],
  composer: ["osv-packagist"],
  nuget: ["osv-nuget"],
  apk: ["alpine-secdb", "osv-alpine"],
};

/** Which sources speak of runtimes that no package owns. */
const sourcesOfRuntimes: Readonly<Record<string, string>> = { node: "nodejs-core", openssl: "openssl", python: "psf" };

/**
 * The sources of `index` that an answer about `sbom` rests on: the one whose word counts for everything in its Debian release,
 * and those of the ecosystems its other packages are of. Lists of exploited vulnerabilities and of support are none of them.
 */
export function sourcesInUse(sbom: Sbom, index: AdvisoryIndex): readonly AdvisorySource[] {
  const release = releaseOfImage(sbom.distribution);
  const base = release === null ? null : baseOf(index, release);
  const names = new Set<string>();
  for (const one of sbom.packages) {
    if (one.type === "deb") names.add(base?.source ?? "debian-advisories");
    if (one.type === "generic" && questionOf(one, sbom.distribution) !== null)
      names.add(sourcesOfRuntimes[one.name] ?? "");
    for (const name of sourcesOfTypes[one.type] ?? []) names.add(name);
  }
  return advisorySources(index).filter(({ source }) => names.has(source));
}
