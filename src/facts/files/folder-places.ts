import type { ImageFile } from "../model.ts";
import { resolvePath } from "../path.ts";

/** Where folders really are, as far as it was asked lately: files that follow one another are mostly in few. */
export interface FolderPlaces {
  /** Where the links in its path lead; null where they form a loop. */
  placeOf(folder: string): string | null;
  /** To be called when a link has come or gone. */
  forget(): void;
}

/** How many folders are remembered, of which an image may have a million. */
const mostFolders = 16_384;

/** The places of folders of `files`. */
export function createFolderPlaces(files: ReadonlyMap<string, ImageFile>): FolderPlaces {
  const places = new Map<string, string | null>();
  return {
    placeOf(folder) {
      if (folder === "") return "";
      const known = places.get(folder);
      if (known !== undefined) return known;
      const place = resolvePath(files, folder);
      if (places.size >= mostFolders) places.clear();
      places.set(folder, place);
      return place;
    },
    forget: () => places.clear(),
  };
}
