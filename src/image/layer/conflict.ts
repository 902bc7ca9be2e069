import { parentOf } from "../../facts/path.ts";
import { ImageError } from "../error.ts";
import type { Fragment } from "./fragment.ts";

/**
 * Refuses packages that ship the same file, as dpkg would, and those of which one has a file or a link where another has a
 * folder: which of them is there in the end would depend on who unpacks the layers. Throws IMAGE_FILE_CONFLICT naming both.
 */
export function checkConflicts(fragments: readonly Fragment[]): void {
  const owners = new Map<string, Fragment>();
  for (const fragment of fragments) {
    for (const [path] of fragment.files) {
      const owner = owners.get(path);
      if (owner !== undefined && owner !== fragment) {
        throw conflict(`the packages ${nameOf(owner)} and ${nameOf(fragment)} both ship /${path}`);
      }
      owners.set(path, fragment);
    }
  }
  for (const fragment of fragments) {
    for (const path of foldersOf(fragment)) {
      const owner = owners.get(path);
      if (owner === undefined) continue;
      throw conflict(`/${path} is a folder in the package ${nameOf(fragment)}, and none in ${nameOf(owner)}`);
    }
  }
}

/** The folders a package ships, and those its files lie in. */
function foldersOf({ directories, files }: Fragment): ReadonlySet<string> {
  const folders = new Set<string>();
  const add = (path: string) => {
    for (let folder = path; folder !== "" && !folders.has(folder); folder = parentOf(folder)) folders.add(folder);
  };
  for (const [path] of directories) add(path);
  for (const [path] of files) add(parentOf(path));
  return folders;
}

function conflict(message: string): ImageError {
  return new ImageError("IMAGE_FILE_CONFLICT", message, { hint: "exclude one of them with '!name'" });
}

function nameOf(fragment: Fragment): string {
  return /^Package:\s*(\S+)/m.exec(fragment.package?.control ?? "")?.[1] ?? fragment.key;
}
