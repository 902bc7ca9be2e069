import { nameOf, parentOf } from "../../facts/path.ts";
import type { FoundPackage, ScanContext } from "../cataloger.ts";
import { installedName, type NpmFinding } from "./finding.ts";
import { type InstalledPackage, isManifestPath } from "./installed.ts";
import { type Lock, type LockedPackage, markDevelopment, placeOfRequest, placesOf } from "./lock/lock.ts";
import type { Manifest } from "./manifest.ts";
import { purlOf } from "./name.ts";
import { describe } from "./package.ts";

/**
 * The packages that lock files of a folder name and that are not installed beside them, each with a comment that says so:
 * they are what the project will be installed with. A lock file beside installed packages adds nothing, nor does one that
 * another package brought: that was for the package's own development.
 */
export function findLocked(
  context: ScanContext<NpmFinding>,
  installed: readonly InstalledPackage[],
): readonly FoundPackage[] {
  const projects = installedProjects(context, installed);
  return [...context.findings].flatMap(([path, finding]) => {
    const folder = parentOf(path);
    if (finding.kind !== "lock" || projects.has(folder) || context.owners.owns(path)) return [];
    const requested = rootsOf(finding, manifestsBelow(folder, context));
    const own = installed.find((item) => item.isApplication && item.folder === folder);
    return fromLock(path, requested, own ?? null);
  });
}

/** Folders beside whose lock file something is installed, in `node_modules` or by Plug'n'Play. */
function installedProjects(
  context: ScanContext<NpmFinding>,
  installed: readonly InstalledPackage[],
): ReadonlySet<string> {
  const inModules = installed.flatMap(({ path }) => {
    const parts = path.split("/");
    return parts.flatMap((part, at) => (part === "node_modules" ? parts.slice(0, at).join("/") : []));
  });
  const placed = [...context.findings].flatMap(([path, { kind }]) => (kind === "placed" ? parentOf(path) : []));
  return new Set([...inModules, ...placed]);
}

/** The package.json files of a project, its workspaces' included. */
function manifestsBelow(folder: string, context: ScanContext<NpmFinding>): readonly Manifest[] {
  const prefix = folder === "" ? "" : `${folder}/`;
  return [...context.findings].flatMap(([path, finding]) => {
    const isOwn = finding.kind === "manifest" && isManifestPath(path) && installedName(path) === null;
    return isOwn && path.startsWith(prefix) ? finding : [];
  });
}

/** What the project asks for. Some lock files leave it to its package.json files which of that is for development. */
function rootsOf(
  lock: Lock,
  manifests: readonly Manifest[],
): { readonly packages: readonly LockedPackage[]; readonly roots: readonly number[] } {
  if (lock.requests === undefined || manifests.length === 0) return lock;
  const requests = new Map(Object.entries(lock.requests));
  const find = (ranges: Readonly<Record<string, string>>) =>
    Object.entries(ranges).map(([name, range]) => placeOfRequest(requests, name, range));
  const production = placesOf(manifests.flatMap(({ dependencies }) => find(dependencies)));
  const development = placesOf(manifests.flatMap(({ developmentDependencies: ranges }) => find(ranges)));
  const roots = placesOf([...lock.roots, ...production, ...development]);
  return { packages: markDevelopment(lock.packages, { production, development }), roots };
}

function fromLock(
  path: string,
  { packages, roots }: Pick<Lock, "packages" | "roots">,
  application: InstalledPackage | null,
): readonly FoundPackage[] {
  const purls = packages.map(({ name, version }) => purlOf(name, version));
  const purlsAt = (places: readonly number[]) => places.flatMap((place) => purls[place] ?? []);
  const needed = new Set(packages.flatMap(({ development }, at) => (development ? [] : (purls[at] ?? []))));
  const found = packages.flatMap((item, at): readonly FoundPackage[] => {
    const purl = purls[at] ?? null;
    if (purl === null) return [];
    const comments = [`named by ${nameOf(path)}, not installed`, ...(needed.has(purl) ? [] : ["for development only"])];
    return [{ ...describe(item, { purl, location: path }), comments, dependsOn: purlsAt(item.dependencies) }];
  });
  if (application === null) return found;
  const { manifest, purl, path: location } = application;
  return [...found, { ...describe(manifest, { purl, location }), dependsOn: purlsAt(roots) }];
}
