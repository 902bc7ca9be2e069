import { nameOf, parentOf, resolvePath } from "../../facts/path.ts";
import { SbomError } from "../../sbom/error.ts";
import { npmPurl } from "../../sbom/purl.ts";
import type { Cataloger, FoundPackage, ScanContext } from "../cataloger.ts";
import { isObject, parseObject } from "../json.ts";

/**
 * npm packages: every `node_modules/<name>/package.json`, and others that name a package and a version and are not part
 * of a package already, such as an application's own or Yarn's. A package owns the files below it. JavaScript packages
 * that Debian's packages bring to Debian's own folders are known by those and not listed again.
 */
export const npmCataloger: Cataloger<Manifest> = {
  name: "npm",
  interest: { names: ["package.json"] },
  reading(path) {
    if (installedName(path) === null && path.includes("node_modules/")) return null;
    return { limit: 2 ** 20, read: (content) => readManifest(new TextDecoder().decode(content)) };
  },
  catalog(context) {
    const packages = new Map<string, FoundPackage>();
    for (const [path, manifest] of findManifests(context)) {
      const item = describe(path, manifest);
      context.owners.addFolder(parentOf(path), item.purl);
      const known = packages.get(item.purl);
      packages.set(item.purl, known === undefined ? item : joined(known, item));
    }
    ownProgramLinks(context, [...packages.values()]);
    const earlier = new Set(context.found.map((item) => item.purl));
    return [...packages.values()].filter((item) => !earlier.has(item.purl));
  },
};

/** What a package.json says that is a package's. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses: readonly string[];
  readonly cpu: string | null;
}

function findManifests(context: ScanContext<Manifest>): readonly (readonly [string, Manifest])[] {
  const roots = new Set<string>();
  // Shorter paths first, so that what contains others is known before them.
  return [...context.findings]
    .sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1))
    .filter(([path]) => {
      const folder = parentOf(path);
      const isInstalled = installedName(path) !== null;
      if (isDebianOwned(context, path) || (!isInstalled && isBelow(folder, roots))) return false;
      roots.add(folder);
      return true;
    });
}

/** The name of the folder a package is installed in, with its scope; null where `path` is not an installed package's. */
function installedName(path: string): string | null {
  const match = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/@.][^/]*)\/package\.json$/.exec(path);
  return match?.[1] ?? null;
}

function isDebianOwned(context: ScanContext<Manifest>, path: string): boolean {
  return /^usr\/(share|lib)\/(nodejs|[a-z0-9_]+-linux-gnu[a-z0-9]*\/nodejs)\//.test(path) && context.owners.owns(path);
}

/** What is said of the nearest folder, `folder` or above it. */
function above(folder: string, roots: ReadonlyMap<string, string>): string | null {
  for (let parent = folder; parent !== ""; parent = parentOf(parent)) {
    const found = roots.get(parent);
    if (found !== undefined) return found;
  }
  return null;
}

function isBelow(folder: string, roots: ReadonlySet<string>): boolean {
  for (let parent = folder; parent !== ""; parent = parentOf(parent)) if (roots.has(parent)) return true;
  return false;
}

/** Package.json files that are no package's are met everywhere (test data, markers of module type); they are passed over. */
function readManifest(text: string): Manifest | null {
  const json = parseObject(text.replace(/^\uFEFF/, ""));
  if (json === null) return null;
  const { name, version, cpu } = json;
  if (typeof name !== "string" || typeof version !== "string" || !isName(name) || !isVersion(version)) return null;
  const purl = purlOf(name, version);
  if (purl === null) return null;
  const only = Array.isArray(cpu) && cpu.length === 1 && typeof cpu[0] === "string" ? cpu[0] : null;
  return { name, version, purl, licenses: licensesIn(json), cpu: only };
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

function describe(path: string, { name, version, purl, licenses, cpu }: Manifest): FoundPackage {
  return {
    type: "npm",
    name,
    version,
    source: null,
    purl,
    licenses,
    locations: [path],
    supplier: null,
    architecture: cpu,
    comments: [],
  };
}

function joined(known: FoundPackage, again: FoundPackage): FoundPackage {
  return { ...known, locations: [...known.locations, ...again.locations].sort() };
}

/** npm's and yarn's programs: links in a folder of programs that lead into a package. */
function ownProgramLinks(context: ScanContext<Manifest>, packages: readonly FoundPackage[]): void {
  const { tree, owners } = context;
  const roots = new Map(
    packages.flatMap((item) => item.locations.map((path): [string, string] => [parentOf(path), item.purl])),
  );
  for (const file of tree.files.values()) {
    if (file.type !== "symlink" || !isProgramFolder(parentOf(file.path))) continue;
    const target = resolvePath(tree.files, file.path);
    const owner = target === null ? null : above(parentOf(target), roots);
    if (owner !== null) owners.add(file.path, owner);
  }
}

function isProgramFolder(folder: string): boolean {
  return nameOf(folder) === "bin" || nameOf(folder) === ".bin";
}
