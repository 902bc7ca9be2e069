import { readdirSync, readFileSync } from "node:fs";

/** The names in a folder that the kernel shows; none where it does not show it, or not any more. */
export function listOrNothing(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The text of a file that the kernel shows; empty where it does not show it, or not any more. */
export function readOrNothing(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
