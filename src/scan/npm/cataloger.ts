import { joinPath, nameOf, parentOf, resolvePath } from "../../facts/path.ts";
import type { Cataloger, FoundPackage, ScanContext } from "../cataloger.ts";
import { onePerPurl } from "../one-per-purl.ts";
import { type NpmFinding, npmInterest, npmReading } from "./finding.ts";
import { findInstalled, type InstalledPackage } from "./installed.ts";
import { findLocked } from "./locked.ts";
import { describe } from "./package.ts";
import { findPlaced } from "./placed.ts";
import { createResolver } from "./resolve.ts";

/**
 * npm packages: those installed in folders, as npm, pnpm and Yarn 1 do, those that Yarn's Plug'n'Play finds, and those
 * that only a lock file of a folder names: in an image it tells of the place where that was built. A package owns the
 * files below its folder and the links to its programs. JavaScript that packages of a distribution bring is listed where
 * Node finds it.
 */
export const npmCataloger: Cataloger<NpmFinding> = {
  name: "npm",
  interest: npmInterest,
  reading: npmReading,
  catalog(context) {
    const installed = findInstalled(context);
    // Before the packages own their folders, as only lock files that nobody owns count.
    const locked = context.place === "folder" ? findLocked(context, installed) : [];
    for (const item of installed) own(item, context);
    const placed = findPlaced(context, installed);
    for (const { locations, purl } of placed) for (const path of locations) context.owners.add(path, purl);
    const present = onePerPurl([...describeInstalled(context, installed), ...placed]);
    return onlyNew(context, onePerPurl([...present, ...notAmong(present, locked)]));
  },
};

type Context = ScanContext<NpmFinding>;

/** What earlier catalogers found is not listed again. */
function onlyNew(context: Context, packages: readonly FoundPackage[]): readonly FoundPackage[] {
  const earlier = new Set(context.found.map((item) => item.purl));
  return packages.filter((item) => !earlier.has(item.purl));
}

function own({ path, folder, purl, manifest }: InstalledPackage, { owners, tree }: Context): void {
  owners.addFolder(folder, purl);
  owners.add(path, purl);
  const modules = modulesOf(folder);
  const folders = ["usr/local/bin", "usr/bin", "bin"];
  if (modules !== null) folders.push(`${modules}/.bin`, joinPath(parentOf(parentOf(modules)), "bin"));
  for (const program of manifest.programs) {
    for (const link of folders.map((place) => joinPath(place, program))) {
      if (tree.files.get(link)?.type !== "symlink") continue;
      if (resolvePath(tree.files, link)?.startsWith(`${folder}/`)) owners.add(link, purl);
    }
  }
}

/** The `node_modules` that a package's folder is in; null where it is in none. */
function modulesOf(folder: string): string | null {
  const parent = parentOf(folder);
  const modules = nameOf(parent).startsWith("@") ? parentOf(parent) : parent;
  return nameOf(modules) === "node_modules" ? modules : null;
}

function describeInstalled(context: Context, installed: readonly InstalledPackage[]): readonly FoundPackage[] {
  const resolve = createResolver(context.tree.files, installed);
  return installed.map((item) => {
    const { manifest, purl, path, isApplication } = item;
    const names = Object.keys({ ...manifest.dependencies, ...(isApplication ? manifest.developmentDependencies : {}) });
    const dependsOn = names.flatMap((name) => resolve(item, name)?.purl ?? []);
    return { ...describe(manifest, { purl, location: path }), dependsOn };
  });
}

/** Of what lock files name, what is not there anyway, and what applications that are there ask for. */
function notAmong(present: readonly FoundPackage[], locked: readonly FoundPackage[]): readonly FoundPackage[] {
  const known = new Set(present.map((item) => item.purl));
  return locked.filter((item) => !known.has(item.purl) || item.comments.length === 0);
}
