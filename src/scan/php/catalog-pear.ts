import { packageUrl } from "../../sbom/purl.ts";
import type { FoundPackage } from "../cataloger.ts";
import type { Owners } from "../owners.ts";
import type { PearPackage } from "./pear.ts";
import { phpPlaceOf } from "./place.ts";

/** The packages of PEAR registries, by the paths of their records. Their files are added to `owners`. */
export function catalogPear(records: ReadonlyMap<string, PearPackage>, owners: Owners): readonly FoundPackage[] {
  const registries = new Map<string, string>();
  for (const [path, item] of records) registries.set(keyIn(path, `${item.channel}/${item.name}`), purlOf(item));
  return [...records].map(([path, item]) => {
    const purl = purlOf(item);
    for (const file of [path, ...item.files]) owners.add(file, purl);
    return {
      type: "pear",
      name: item.name,
      version: item.version,
      source: null,
      purl,
      licenses: item.licenses,
      locations: [path],
      supplier: item.supplier,
      architecture: null,
      comments: [],
      dependsOn: item.requires.flatMap((name) => registries.get(keyIn(path, name)) ?? []),
    };
  });
}

/** Packages of one registry know each other. */
function keyIn(path: string, name: string): string {
  const place = phpPlaceOf(path);
  return `${place?.kind === "pear" ? place.root : ""}\n${name.toLowerCase()}`;
}

function purlOf({ name, version, channel }: PearPackage): string {
  return packageUrl({ type: "pear", namespace: channel, name, version });
}
