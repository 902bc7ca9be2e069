import { joinPath, parentOf } from "../../facts/path.ts";
import { packageUrl } from "../../sbom/purl.ts";
import type { Cataloger, FoundPackage, ScanContext } from "../cataloger.ts";
import { longestJson } from "../json.ts";
import { onePerPurl } from "../one-per-purl.ts";
import { type DepsPackage, isPackageName, isPackageVersion, parseDeps } from "./deps.ts";

/**
 * NuGet packages that .NET applications and shared frameworks consist of, as the deps.json beside them says. A framework
 * whose file does not name the package it came in is named by its folder, `shared/Microsoft.NETCore.App/8.0.1`.
 */
export const dotnetCataloger: Cataloger<readonly DepsPackage[]> = {
  name: "dotnet",
  interest: { endings: [".deps.json"] },
  reading(path) {
    return {
      limit: longestJson,
      read: (content) => withFramework(path, parseDeps(new TextDecoder().decode(content))),
    };
  },
  catalog(context) {
    const packages: FoundPackage[] = [];
    for (const [path, list] of context.findings) {
      const purls = new Map(list.map((item) => [item.name.toLowerCase(), purlOf(item)]));
      for (const item of list) {
        own(context, path, item);
        packages.push(foundAt(path, item, purls));
      }
    }
    const earlier = new Set(context.found.map((item) => item.purl));
    return onePerPurl(packages).filter((item) => !earlier.has(item.purl));
  },
};

function withFramework(path: string, found: readonly DepsPackage[] | null): readonly DepsPackage[] | null {
  if (found === null) return null;
  const [, name = "", version = ""] = /(?:^|\/)shared\/([^/]+)\/([^/]+)\/\1\.deps\.json$/.exec(path) ?? [];
  if (!isPackageName(name) || !isPackageVersion(version)) return found;
  return found.some((item) => item.name.startsWith(name))
    ? found
    : [{ name, version, files: [], dependsOn: [] }, ...found];
}

function foundAt(path: string, item: DepsPackage, purls: ReadonlyMap<string, string>): FoundPackage {
  return {
    type: "nuget",
    name: item.name,
    version: item.version,
    source: null,
    purl: purlOf(item),
    licenses: [],
    locations: [path],
    supplier: null,
    architecture: null,
    comments: [],
    dependsOn: item.dependsOn.flatMap((name) => purls.get(name.toLowerCase()) ?? []),
  };
}

function purlOf({ name, version }: DepsPackage): string {
  return packageUrl({ type: "nuget", namespace: null, name, version });
}

function own(context: ScanContext, path: string, item: DepsPackage): void {
  const purl = purlOf(item);
  context.owners.add(path, purl);
  for (const file of item.files) context.owners.add(joinPath(parentOf(path), file), purl);
}
