import type { InspectedTree } from "../facts/files/tree.ts";
import type { ImageConfig } from "../oci/config.ts";
import type { BaseImage, Distribution, ImageIdentity, Sbom, SbomPackage, ScanWarning } from "../sbom/model.ts";
import { byTypeNameVersion, compareTexts } from "../sbom/order.ts";
import type { Cataloger, FoundPackage, ScanContext } from "./cataloger.ts";
import { catalogers as usualCatalogers } from "./catalogers.ts";
import { digestedFiles } from "./digests.ts";
import { readDistribution } from "./distribution.ts";
import { findingOf, interestIn } from "./finder.ts";
import { isFileFindings } from "./finder-result.ts";
import { type EarlierTree, earlierTree, removedPackages } from "./history.ts";
import { createOwners, filesWithFindings, type OwnableFiles, type Owners, ownableFiles } from "./owners.ts";
import { findUnowned, usualUnownedPaths } from "./unowned.ts";

/** What a tree is of. */
export interface Subject {
  readonly image: ImageIdentity;
  readonly config: ImageConfig;
  readonly base: BaseImage | null;
  /** How many paths of unowned files to name at most. */
  readonly unownedPaths?: number;
  /** Whether to list every file, whose digests the finder then must have taken. */
  readonly files?: boolean;
}

/** The bill of materials of files whose findings are those of a finder over `catalogers`. */
export function catalogTree(
  tree: InspectedTree,
  subject: Subject,
  catalogers: readonly Cataloger[] = usualCatalogers,
): Sbom {
  const warnings: ScanWarning[] = readingWarnings(tree);
  const ownable = ownableFiles(tree.files);
  const owners = createOwners(ownable);
  const warn = (path: string, reason: string) => warnings.push({ path, reason });
  const world = {
    tree,
    ownable,
    config: subject.config,
    distribution: readDistribution(tree),
    warn,
    catalogers,
    place: subject.image.digest === null ? "folder" : "image",
  } as const;
  const found = runCatalogers(tree.findings, { ...world, owners });
  const { base, image } = subject;
  const placesInBase = base === null ? null : placesOf(earlierTree(tree, base.layers), world);
  const system = new Set(found.filter(({ type }) => systemTypes.has(type)).map(({ purl }) => purl));
  const packages = found.map((item): SbomPackage => {
    const { evidence = item.locations[0] ?? "", dependsOn = [], ...known } = item;
    const owner = systemTypes.has(item.type) ? null : owners.ownerOf(evidence);
    return {
      ...known,
      layer: layerOf(tree, evidence),
      owner: owner !== null && system.has(owner) ? owner : null,
      fromBase: placesInBase === null ? null : isIn(placesInBase, item),
      dependsOn: [...new Set(dependsOn)].sort(),
    };
  });
  return {
    image,
    distribution: world.distribution,
    packages: packages.sort(byTypeNameVersion),
    unowned: findUnowned(tree, owners, subject.unownedPaths ?? usualUnownedPaths),
    base,
    removed: removedPackages(tree, { present: found, catalog: (earlier) => runAlone(earlier, world) }),
    ...(subject.files === true ? { files: digestedFiles(tree, owners) } : {}),
    warnings: warnings.sort((a, b) => compareTexts(a.path, b.path) || compareTexts(a.reason, b.reason)),
  };
}

/** Types of the packages that distributions consist of, which bring packages of other types. */
const systemTypes: ReadonlySet<string> = new Set(["deb", "rpm", "apk"]);

/** What all catalogers have in common. */
interface World {
  readonly tree: InspectedTree;
  readonly ownable: OwnableFiles;
  readonly config: ImageConfig;
  readonly distribution: Distribution | null;
  readonly catalogers: readonly Cataloger[];
  readonly place: ScanContext["place"];
  warn(path: string, reason: string): void;
}

/** What the catalogers make of `findings`, each knowing what those before it found. */
function runCatalogers(
  findings: ReadonlyMap<string, unknown>,
  world: World & { readonly owners: Owners },
): readonly FoundPackage[] {
  const paths = [...findings.keys()].sort(compareTexts);
  const { catalogers } = world;
  const interested = interestIn(catalogers);
  const parts = catalogers.map((cataloger) => ({ cataloger, own: new Map<string, unknown>() }));
  for (const path of paths) {
    const asked = interested(path);
    const finding = findings.get(path);
    for (const { cataloger, own } of parts) {
      const part = isAsked(cataloger, asked) ? findingOf(finding, cataloger) : null;
      if (part !== null) own.set(path, part);
    }
  }
  const found: FoundPackage[] = [];
  for (const { cataloger, own } of parts) {
    for (const item of cataloger.catalog({ ...world, findings: own, found })) found.push(item);
  }
  return found;
}

/** A hard link has the findings of its file, which need not be what its own path asks for. */
function isAsked(cataloger: Cataloger, interested: readonly Cataloger[]): boolean {
  return cataloger.interest.programs === true || interested.includes(cataloger);
}

/** The packages of a tree as it was after a lower layer: whom files belong to in which nothing was found is not asked. */
function runAlone({ files, findings }: EarlierTree, world: World): readonly FoundPackage[] {
  const owners = createOwners(filesWithFindings(findings, world.ownable));
  return runCatalogers(findings, { ...world, tree: { ...world.tree, files }, owners, warn: () => {} });
}

/** Where each package is, by its purl. */
function placesOf(tree: EarlierTree, world: World): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(runAlone(tree, world).map(({ purl, locations }) => [purl, new Set(locations)]));
}

/** A copy of it elsewhere is another package of that name and version, which others use. */
function isIn(places: ReadonlyMap<string, ReadonlySet<string>>, { purl, locations }: FoundPackage): boolean {
  const known = places.get(purl);
  return known !== undefined && locations.every((location) => known.has(location));
}

function readingWarnings(tree: InspectedTree): ScanWarning[] {
  return [...tree.findings].flatMap(([path, finding]) =>
    isFileFindings(finding) ? finding.warnings.map((reason) => ({ path, reason })) : [],
  );
}

/** The digest of the layer the file at `path` came with; null when it is not in the image. */
function layerOf(tree: InspectedTree, path: string): string | null {
  const file = tree.files.get(path);
  return file === undefined ? null : (tree.layers[file.layer]?.descriptor.digest ?? null);
}
