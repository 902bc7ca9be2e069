import type { SbomFile } from "../model.ts";
import { countOf, type ObjectPlace, textOf } from "./value.ts";

/** What formats have no words for in a file, in the form of our own JSON. `path` only where it is not as it should be. */
export interface FileNote {
  readonly path?: string;
  readonly size: number | null;
  readonly layer: string | null;
  /** Only where the owner is no package of the bill. */
  readonly owner?: string;
}

/** The note of a file that `object` is. Throws SBOM_DOCUMENT_INVALID. */
export function exactFileNote(object: ObjectPlace): FileNote {
  const path = textOf(object, "path");
  const owner = textOf(object, "owner");
  return {
    size: countOf(object, "size"),
    layer: textOf(object, "layer"),
    ...(path === null ? {} : { path }),
    ...(owner === null ? {} : { owner }),
  };
}

/** What is to be noted of `file`, which a document names `read`; `hasOwner`: whether a relationship says its owner. */
export function fileNote(file: SbomFile, said: { readonly path: string; readonly hasOwner: boolean }): FileNote {
  return {
    size: file.size,
    layer: file.layer,
    ...(said.path === file.path ? {} : { path: file.path }),
    ...(file.owner === null || said.hasOwner ? {} : { owner: file.owner }),
  };
}
