import type { SbomFile, SbomPackage } from "../model.ts";

/** The same package with its fields in the order documents have them, whoever made it: the same bill is the same text. */
export function orderedPackage(item: SbomPackage): SbomPackage {
  const { type, name, version, source, purl } = item;
  const { licenses, locations, layer, supplier, architecture, comments, owner, fromBase, dependsOn } = item;
  const ordered = source === null ? null : { name: source.name, version: source.version };
  return {
    ...{ type, name, version, source: ordered, purl },
    ...{ licenses, locations, layer, supplier, architecture, comments, owner, fromBase, dependsOn },
  };
}

/** The same file with its fields in the order documents have them. */
export function orderedFile({ path, size, sha1, sha256, layer, owner }: SbomFile): SbomFile {
  return { path, size, sha1, sha256, layer, owner };
}
