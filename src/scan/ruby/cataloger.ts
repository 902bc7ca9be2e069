import { joinPath } from "../../facts/path.ts";
import { packageUrl } from "../../sbom/purl.ts";
import type { Cataloger, FoundPackage, ScanContext } from "../cataloger.ts";
import { onePerPurl } from "../one-per-purl.ts";
import { createGemSet, type Gem, type GemSet } from "./gems.ts";
import { type GemSpecification, parseGemspec } from "./gemspec.ts";
import { extensionOf, fullNameOf, gemPlaceOf, partsOf, programFolders } from "./place.ts";

/**
 * Installed gems, as `gem list` prints them: from the specifications RubyGems keeps, those that come with Ruby itself and
 * those distributions bring included. A gem owns its folder, what was built of it, and its programs.
 */
export const rubyCataloger: Cataloger<GemSpecification> = {
  name: "ruby",
  interest: { endings: [".gemspec"] },
  reading(path) {
    if (gemPlaceOf(path) === null) return null;
    return { limit: 2 ** 22, read: (content) => parseGemspec(new TextDecoder().decode(content)) };
  },
  catalog(context) {
    const gems = [...context.findings].flatMap(([path, finding]) => gemAt(path, finding) ?? []);
    own(context, gems);
    const set = createGemSet(gems);
    return onePerPurl(gems.map((gem) => describe(gem, set)));
  },
};

function gemAt(path: string, specification: GemSpecification): Gem | null {
  const place = gemPlaceOf(path);
  if (place === null) return null;
  const { name, version, platform } = specification;
  const purl = packageUrl({ type: "gem", namespace: null, name, version, qualifiers: { platform } });
  return { specification, path, home: place.home, isDefault: place.isDefault, purl };
}

function own({ owners, tree }: ScanContext<GemSpecification>, gems: readonly Gem[]): void {
  const extended = new Map<string, string>();
  for (const { specification, path, home, purl } of gems) {
    const fullName = fullNameOf(specification);
    const { folders, files } = partsOf(home, fullName);
    const programs = programFolders(home).flatMap((folder) =>
      specification.executables.map((program) => joinPath(folder, program)),
    );
    for (const file of [path, ...files, ...programs]) owners.add(file, purl);
    for (const folder of folders) owners.addFolder(folder, purl);
    if (specification.hasExtensions) extended.set(joinPath(home, fullName), purl);
  }
  if (extended.size === 0) return;
  // Which platform and Ruby an extension was built for is told by its folder alone.
  for (const path of tree.files.keys()) {
    const place = extensionOf(path);
    const purl = place === null ? undefined : extended.get(joinPath(place.home, place.fullName));
    if (place !== null && purl !== undefined) owners.addFolder(place.folder, purl);
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
