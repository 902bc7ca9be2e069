import { join } from "node:path";
import { z } from "zod";
import { text } from "../definition/scalar.ts";
import { readDataFile } from "./data-file.ts";
import { readIfThere } from "./read.ts";

/** An image that people may look for and the catalogue does not have, and why. */
export interface LeftOut {
  /** What they would look for: `vault`, `mariadb, FIPS`. */
  readonly name: string;
  readonly reason: string;
}

/** Where a catalogue says what it leaves out. */
export const leftOutFile = "left-out.yaml";

/** What the catalogue in `directory` leaves out, in the order of its file; empty where it has none. Throws CATALOG_FILE_INVALID. */
export async function loadLeftOut(directory: string): Promise<readonly LeftOut[]> {
  const content = readIfThere(join(directory, leftOutFile));
  return content === null ? [] : readDataFile(content, leftOutSchema, leftOutFile);
}

const leftOutSchema = z.array(z.strictObject({ name: text, reason: text }));
