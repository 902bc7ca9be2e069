import { nameOf, parentOf, resolvePath } from "../facts/path.ts";
import { SbomError } from "../sbom/error.ts";
import type { SbomPackage } from "../sbom/model.ts";
import { npmPurl } from "../sbom/purl.ts";
import { atMost, type Cataloger, layerOf, type ScanContext, textOf } from "./cataloger.ts";
import { isObject, parseObject } from "./json.ts";

/**
 * npm packages: every `node_modules/<name>/package.json`, and others that name a package and a version and are not part
 * of a package already, such as an application's own or Yarn's. A package owns the files below it. JavaScript packages
 * that Debian's packages bring to Debian's own folders are known by those and not listed again.
 */
export const npmCataloger: Cataloger = {
  name: "npm",
  needs(path, file) {
    if (!isManifestPath(path)) return 0;
    return installedName(path) !== null || !path.includes("node_modules/") ? atMost(2 ** 20, file) : 0;
  },
  catalog(context) {
    const packages = new Map<string, SbomPackage>();
    for (const manifest of findManifests(context)) {
      context.owners.addFolder(manifest.folder);
      const item = describe(context, manifest);
      const known = packages.get(item.purl);
      packages.set(item.purl, known === undefined ? item : joined(known, item));
    }
    ownProgramLinks(context, [...packages.values()]);
    const earlier = new Set(context.found.map((item) => item.purl));
    return [...packages.values()].filter((item) => !earlier.has(item.purl));
  },
};

/** A package.json that is a package's. */
interface Manifest {
  readonly path: string;
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses: readonly string[];
  readonly cpu: string | null;
}

function findManifests(context: ScanContext): readonly Manifest[] {
  const paths = [...context.tree.contents.keys()].filter(isManifestPath);
  const roots = new Set<string>();
  // Shorter paths first, so that what contains others is known before them.
  return paths
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
    .flatMap((path) => {
      const folder = parentOf(path);
      const isInstalled = installedName(path) !== null;
      if (isDebianOwned(context, path) || (!isInstalled && isBelow(folder, roots))) return [];
      const manifest = readManifest(textOf(context.tree, path) ?? "", path);
      if (manifest !== null) roots.add(folder);
      return manifest ?? [];
    });
}

function isManifestPath(path: string): boolean {
  return path.endsWith("/package.json") || path === "package.json";
}

/** The name of the folder a package is installed in, with its scope; null where `path` is not an installed package's. */
function installedName(path: string): string | null {
  const match = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/@.][^/]*)\/package\.json$/.exec(path);
  return match?.[1] ?? null;
}

function isDebianOwned(context: ScanContext, path: string): boolean {
  return /^usr\/(share|lib)\/(nodejs|[a-z0-9_]+-linux-gnu[a-z0-9]*\/nodejs)\//.test(path) && context.owners.owns(path);
}

function isBelow(folder: string, roots: ReadonlySet<string>): boolean {
  for (let parent = folder; parent !== ""; parent = parentOf(parent)) if (roots.has(parent)) return true;
  return false;
}

/** Package.json files that are no package's are met everywhere (test data, markers of module type); they are passed over. */
function readManifest(text: string, path: string): Manifest | null {
  const json = parseObject(text.replace(/^\uFEFF/, ""));
  if (json === null) return null;
  const { name, version, cpu } = json;
  if (typeof name !== "string" || typeof version !== "string" || !isName(name) || !isVersion(version)) return null;
  const purl = purlOf(name, version);
  if (purl === null) return null;
  const only = Array.isArray(cpu) && cpu.length === 1 && typeof cpu[0] === "string" ? cpu[0] : null;
  return { path, folder: parentOf(path), name, version, purl, licenses: licensesIn(json), cpu: only };
}

function purlOf(name: string, version: string): string | null {
  try {
    return npmPurl(name, version);
  } catch (cause) {
    if (cause instanceof SbomError) return null;
    throw cause;
  }
}

function isName(name: string): boolean {
  return name.length <= 214 && /^(@[^/@\s]+\/)?[^/@\s]+$/.test(name);
}

function isVersion(version: string): boolean {
  return version.length <= 256 && /^[0-9A-Za-z][0-9A-Za-z.+_-]*$/.test(version);
}

/** The forms package.json has known: a string, an object with a type, a list of either under `licenses`. */
function licensesIn(json: Readonly<Record<string, unknown>>): readonly string[] {
  const { license, licenses } = json;
  const all: readonly unknown[] = [license, ...(Array.isArray(licenses) ? licenses : [licenses])];
  const names = all.map((entry) => {
    const { type } = isObject(entry) ? entry : { type: entry };
    return type;
  });
  const texts = names.filter((name) => typeof name === "string").map((name) => name.trim().slice(0, 200));
  return [...new Set(texts)].filter((name) => name !== "");
}

function describe(context: ScanContext, manifest: Manifest): SbomPackage {
  const { name, version, purl, path } = manifest;
  return {
    type: "npm",
    name,
    version,
    source: null,
    purl,
    licenses: manifest.licenses,
    locations: [path],
    layer: layerOf(context.tree, path),
    supplier: null,
    architecture: manifest.cpu,
    comments: [],
  };
}

function joined(known: SbomPackage, again: SbomPackage): SbomPackage {
  return { ...known, locations: [...known.locations, ...again.locations].sort() };
}

/** npm's and yarn's programs: links in a folder of programs that lead into a package. */
function ownProgramLinks(context: ScanContext, packages: readonly SbomPackage[]): void {
  const { tree, owners } = context;
  const roots = new Set(packages.flatMap((item) => item.locations.map(parentOf)));
  for (const file of tree.files.values()) {
    if (file.type !== "symlink" || !isProgramFolder(parentOf(file.path))) continue;
    const target = resolvePath(tree.files, file.path);
    if (target !== null && isBelow(parentOf(target), roots)) owners.add(file.path);
  }
}

function isProgramFolder(folder: string): boolean {
  return nameOf(folder) === "bin" || nameOf(folder) === ".bin";
}
