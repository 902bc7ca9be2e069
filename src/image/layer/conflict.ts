import { ImageError } from "../error.ts";
import type { Fragment } from "./fragment.ts";

/** Refuses packages that ship the same file, as dpkg would. Throws IMAGE_FILE_CONFLICT naming both. */
export function checkConflicts(fragments: readonly Fragment[]): void {
  const owners = new Map<string, Fragment>();
  for (const fragment of fragments) {
    for (const [path] of fragment.files) {
      const owner = owners.get(path);
      if (owner !== undefined && owner !== fragment) throw conflict(path, owner, fragment);
      owners.set(path, fragment);
    }
  }
}

function conflict(path: string, first: Fragment, second: Fragment): ImageError {
  const message = `the packages ${nameOf(first)} and ${nameOf(second)} both ship /${path}`;
  return new ImageError("IMAGE_FILE_CONFLICT", message, { hint: "exclude one of them with '!name'" });
}

function nameOf(fragment: Fragment): string {
  return /^Package:\s*(\S+)/m.exec(fragment.package?.control ?? "")?.[1] ?? fragment.key;
}
