import { joinPath } from "../../facts/path.ts";
import { packageUrl } from "../../sbom/purl.ts";
import type { FoundPackage } from "../cataloger.ts";
import type { Owners } from "../owners.ts";
import type { ComposerPackage } from "./composer.ts";
import { generatedFiles, installFolder, type PhpPlace } from "./place.ts";

/** What one `installed.json` lists. */
export interface Installation {
  readonly path: string;
  readonly place: Extract<PhpPlace, { readonly kind: "composer" }>;
  readonly packages: readonly ComposerPackage[];
}

/** The packages of one `vendor` folder. Their folders and programs and what Composer generates are added to `owners`. */
export function catalogComposer(installation: Installation, owners: Owners): readonly FoundPackage[] {
  const { path, place, packages } = installation;
  const [first] = packages;
  if (first !== undefined) for (const file of generatedFiles(place.vendor)) owners.add(file, purlOf(first));
  for (const item of packages) own(item, { place, owners });
  return describeComposer(packages, path);
}

/** Packages that the file at `path` names together, with which of them need which others. */
export function describeComposer(packages: readonly ComposerPackage[], path: string): readonly FoundPackage[] {
  const names = new Map<string, string>();
  for (const item of packages) for (const name of item.provides) names.set(name, purlOf(item));
  for (const item of packages) names.set(item.name.toLowerCase(), purlOf(item));
  return packages.map((item) => {
    const dependsOn = item.requires.flatMap((name) => names.get(name) ?? []);
    return describe(item, { path, dependsOn });
  });
}

function own(item: ComposerPackage, at: { readonly place: Installation["place"]; readonly owners: Owners }): void {
  const { place, owners } = at;
  const purl = purlOf(item);
  for (const program of item.programs) owners.add(joinPath(place.vendor, `bin/${program}`), purl);
  const folder = item.installPath === null ? null : installFolder(place, item.installPath);
  if (folder === null) return;
  owners.add(folder, purl);
  owners.addFolder(folder, purl);
}

function describe(
  item: ComposerPackage,
  found: { readonly path: string; readonly dependsOn: readonly string[] },
): FoundPackage {
  const comments = item.isDevelopment ? ["for development only (require-dev)"] : [];
  // Of a branch the version does not say which state it is.
  if (item.version.startsWith("dev-") && item.commit !== null) comments.push(`commit ${item.commit}`);
  return {
    type: "composer",
    name: item.name,
    version: item.version,
    source: null,
    purl: purlOf(item),
    licenses: item.licenses,
    locations: [found.path],
    supplier: item.supplier,
    architecture: null,
    comments,
    dependsOn: found.dependsOn,
  };
}

function purlOf({ name, version }: ComposerPackage): string {
  const lower = name.toLowerCase();
  const slash = lower.indexOf("/");
  const namespace = slash < 0 ? null : lower.slice(0, slash);
  return packageUrl({
    type: "composer",
    namespace,
    name: lower.slice(slash + 1),
    version,
  });
}
