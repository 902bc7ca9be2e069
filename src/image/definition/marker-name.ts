import { isMarker } from "../../facts/whiteout.ts";
import { ImageError } from "../error.ts";

/** Why a file cannot be called so. */
export const markerReason = "names that begin with .wh. mean deletion in image layers and cannot be put into one";

/** Whether `path` has a part that layers take for a marker: `etc/.wh.group`, and `.wh.d/x`, whose folder would be one. */
export function hasMarkerName(path: string): boolean {
  return path.split("/").some(isMarker);
}

/** Throws IMAGE_INPUT_INVALID for a file of the input `what` with such a part. */
export function requireNoMarkerFile(path: string, what: string): void {
  if (!hasMarkerName(path)) return;
  throw new ImageError("IMAGE_INPUT_INVALID", `${what}: /${path}: ${markerReason}`, {
    hint: "take it from a source without such files",
  });
}

/** Throws IMAGE_PATH_INVALID for a path of a definition with such a part. */
export function requireNoMarkerName(path: string): void {
  if (!hasMarkerName(path)) return;
  throw new ImageError("IMAGE_PATH_INVALID", `/${path}: ${markerReason}`, {
    hint: "choose another name; `type: delete` in `paths` takes away what is called so without .wh.",
  });
}
