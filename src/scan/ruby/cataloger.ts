import { joinPath, nameOf, parentOf } from "../../facts/path.ts";
import { packageUrl } from "../../sbom/purl.ts";
import type { Cataloger, FoundPackage, ScanContext } from "../cataloger.ts";
import { onePerPurl } from "../one-per-purl.ts";
import { createGemSet, type Gem, type GemSet } from "./gems.ts";
import { type GemSpecification, parseGemspec } from "./gemspec.ts";
import { fullNameOf, gemPlaceOf, partsOf } from "./place.ts";

/** A gem's specification, or that an extension of the gem the folder is called after was built there. */
export type RubyFinding = { readonly specification: GemSpecification } | { readonly isExtension: true };

/**
 * Installed gems, as `gem list` prints them: from the specifications RubyGems keeps, those that come with Ruby itself and
 * those distributions bring included. A gem owns its folder, what was built of it, and its programs.
 */
export const rubyCataloger: Cataloger<RubyFinding> = {
  name: "ruby",
  interest: { names: ["gem.build_complete"], endings: [".gemspec"] },
  reading(path) {
    const place = gemPlaceOf(path);
    if (place === null) return null;
    if (place.kind === "extension") return { limit: 2 ** 16, read: () => ({ isExtension: true }) };
    return {
      limit: 2 ** 22,
      read: (content) => ({ specification: parseGemspec(new TextDecoder().decode(content)) }),
    };
  },
  catalog(context) {
    const gems = [...context.findings].flatMap(([path, finding]) => gemAt(path, finding) ?? []);
    own(context, gems);
    const set = createGemSet(gems);
    return onePerPurl(gems.map((gem) => describe(gem, set)));
  },
};

function gemAt(path: string, finding: RubyFinding): Gem | null {
  const place = gemPlaceOf(path);
  if (place === null || !("specification" in finding)) return null;
  const { specification } = finding;
  const { name, version, platform } = specification;
  const qualifiers = { platform };
  const purl = packageUrl({ type: "gem", namespace: null, name, version, qualifiers, subpath: null });
  return { specification, path, home: place.home, isDefault: place.isDefault, purl };
}

function own({ owners, findings }: ScanContext<RubyFinding>, gems: readonly Gem[]): void {
  const purls = new Map<string, string>();
  for (const { specification, path, home, purl } of gems) {
    const fullName = fullNameOf(specification);
    const { folders, files } = partsOf(home, fullName);
    const programs = specification.executables.map((program) => joinPath(home, `bin/${program}`));
    for (const file of [path, ...files, ...programs]) owners.add(file, purl);
    for (const folder of folders) owners.addFolder(folder, purl);
    purls.set(joinPath(home, fullName), purl);
  }
  for (const [path, finding] of findings) {
    const place = "isExtension" in finding ? gemPlaceOf(path) : null;
    const purl = place === null ? undefined : purls.get(joinPath(place.home, nameOf(parentOf(path))));
    if (purl !== undefined) owners.addFolder(parentOf(path), purl);
  }
}

function describe(gem: Gem, set: GemSet): FoundPackage {
  const { name, version, platform, licenses, supplier } = gem.specification;
  return {
    type: "gem",
    name,
    version,
    source: null,
    purl: gem.purl,
    licenses,
    locations: [gem.path],
    supplier,
    architecture: platform,
    comments: gem.isDefault ? ["comes with Ruby"] : [],
    dependsOn: set.dependenciesOf(gem),
  };
}
