import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** How many files in `folder` this process has open. */
export function filesOpenIn(folder: string): number {
  return readdirSync("/proc/self/fd").filter((name) => {
    try {
      return readlinkSync(join("/proc/self/fd", name)).startsWith(`${folder}/`);
    } catch {
      // The one that listed the folder itself is gone.
      return false;
    }
  }).length;
}
