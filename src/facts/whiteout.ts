import { joinPath, nameOf, parentOf } from "./path.ts";

/** What the name of a file begins with that takes away what lower layers have (OCI image-spec, layer.md, "Whiteouts"). */
export const whiteoutPrefix = ".wh.";

/** The name of the file that takes away all that lower layers have in its folder. */
export const opaqueName = ".wh..wh..opq";

/** Whether `path` is such a file, which is not part of what an image holds. */
export function isMarker(path: string): boolean {
  return nameOf(path).startsWith(whiteoutPrefix);
}

/** The path of the file that takes away what lower layers have at `path`. */
export function whiteoutOf(path: string): string {
  return joinPath(parentOf(path), `${whiteoutPrefix}${nameOf(path)}`);
}

/** The path of the file that takes away all that lower layers have in the folder `path`. */
export function opaqueMarkerOf(path: string): string {
  return joinPath(path, opaqueName);
}
