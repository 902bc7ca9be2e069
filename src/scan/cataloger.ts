import type { FileType, ImageTree } from "../facts/model.ts";
import type { ImageConfig } from "../oci/config.ts";
import type { Distribution, SbomPackage } from "../sbom/model.ts";
import type { Owners } from "./owners.ts";

/** Finds one kind of package in an image. */
export interface Cataloger {
  readonly name: string;
  /** How many bytes of the file at `path` it has to read; 0 for none. Called for every file and hard link. */
  needs(path: string, file: { readonly size: number; readonly type: FileType }): number;
  /** The packages it finds; the files they own it adds to `context.owners`, where earlier catalogers' are already. */
  catalog(context: ScanContext): readonly SbomPackage[];
}

/** What catalogers look at. */
export interface ScanContext {
  readonly tree: ImageTree;
  readonly config: ImageConfig;
  readonly distribution: Distribution | null;
  readonly owners: Owners;
  /** Packages found by earlier catalogers. */
  readonly found: readonly SbomPackage[];
}

/** `size` where it is within `limit`, else 0: a file too large to be what it should be is not read. */
export function atMost(limit: number, file: { readonly size: number; readonly type: FileType }): number {
  if (file.type === "link") return limit;
  return file.size <= limit ? file.size : 0;
}

/** The content kept of `path` as text; null when there is none. */
export function textOf(tree: ImageTree, path: string): string | null {
  const bytes = tree.contents.get(path);
  return bytes === undefined ? null : new TextDecoder().decode(bytes);
}

/** The digest of the layer the file at `path` came with; null when it is not in the image. */
export function layerOf(tree: ImageTree, path: string): string | null {
  const file = tree.files.get(path);
  return file === undefined ? null : (tree.layers[file.layer]?.descriptor.digest ?? null);
}
