import type { SbomFormat } from "./formats.ts";
import { reportChunks } from "./json.ts";
import { listLines } from "./list.ts";
import type { Sbom } from "./model.ts";
import { treeLines } from "./tree.ts";

/** The text of `sbom` in chunks in one of the forms of our own; null for a document of another's, which `sbomChunks` writes. */
export function printedChunks(sbom: Sbom, format: SbomFormat): Iterable<string> | null {
  switch (format) {
    case "list":
      return listLines(sbom);
    case "tree":
      return treeLines(sbom);
    case "json":
      return reportChunks(sbom);
    default:
      return null;
  }
}
