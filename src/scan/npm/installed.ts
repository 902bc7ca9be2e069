import { nameOf, parentOf } from "../../facts/path.ts";
import type { ScanContext } from "../cataloger.ts";
import { installedName, type NpmFinding } from "./finding.ts";
import type { Manifest } from "./manifest.ts";
import { purlOf } from "./name.ts";

/** A package in a folder of the image. */
export interface InstalledPackage {
  /** Its package.json. */
  readonly path: string;
  readonly folder: string;
  readonly manifest: Manifest;
  readonly purl: string;
  /** Whether it stands by itself, not where Node looks for what others ask for. */
  readonly isApplication: boolean;
}

/**
 * The packages that are there by a package.json of their own: all that Node finds, which are those in `node_modules` and
 * Debian's folders for them, and applications, which are not part of a package already. What a distribution's package has
 * elsewhere, such as examples among its documentation, is none.
 */
export function findInstalled({ findings, owners, found }: ScanContext<NpmFinding>): readonly InstalledPackage[] {
  const system = new Set(found.filter(({ type }) => systemTypes.has(type)).map(({ purl }) => purl));
  const roots = new Set<string>();
  const installed: InstalledPackage[] = [];
  // Shorter paths first, so that what contains others is known before them.
  for (const path of [...findings.keys()].sort((a, b) => a.length - b.length || (a < b ? -1 : 1))) {
    const finding = findings.get(path);
    if (finding?.kind !== "manifest" || !isManifestPath(path)) continue;
    const folder = parentOf(path);
    const isFound = installedName(path) !== null || isDebianModule(path);
    if (!isFound && (isBelow(folder, roots) || system.has(owners.ownerOf(path) ?? ""))) continue;
    const purl = purlOf(finding.name, finding.version);
    if (purl === null) continue;
    roots.add(folder);
    installed.push({ path, folder, manifest: finding, purl, isApplication: !isFound });
  }
  return installed;
}

/** Whether a path of a package.json, and not of an archive that has one. */
export function isManifestPath(path: string): boolean {
  return path === "package.json" || path.endsWith("/package.json");
}

/** Debian's Node looks for packages in folders of its own, too (Debian's JavaScript policy). */
const debianFolder = /^usr\/(?:share|lib|lib\/[a-z0-9_]+-linux-[a-z0-9]+)\/nodejs$/;

/** The folder of Debian's that the package in `folder` stands in; null where it stands in none. */
export function debianFolderOf(folder: string): string | null {
  const parent = parentOf(folder);
  const place = nameOf(parent).startsWith("@") ? parentOf(parent) : parent;
  return debianFolder.test(place) ? place : null;
}

function isDebianModule(path: string): boolean {
  return debianFolderOf(parentOf(path)) !== null;
}

/** Types of what distributions consist of. */
const systemTypes: ReadonlySet<string> = new Set(["deb", "rpm", "apk"]);

function isBelow(folder: string, roots: ReadonlySet<string>): boolean {
  for (let parent = folder; parent !== ""; parent = parentOf(parent)) if (roots.has(parent)) return true;
  return false;
}
