import type { Catalog } from "../../catalog/catalog.ts";
import { type InfoForm, readInfo } from "../../catalog/info.ts";
import { isOurs } from "../../definition/syntax.ts";
import { reported, type ValidReading } from "./duplicates.ts";
import type { CheckedInformation } from "./model.ts";

/** What looking at every `info.yaml` gave. */
export interface Information {
  /** Those that something is wrong with, by path. */
  readonly files: readonly CheckedInformation[];
  /** Images whose dates are said to be Debian's. */
  readonly debianDates: ReadonlySet<string>;
}

/** Reads the information on every image of a catalogue. */
export async function checkInformation(
  { directory, images }: Pick<Catalog, "directory" | "images">,
  readings: readonly ValidReading[],
): Promise<Information> {
  const byName = Map.groupBy(readings, ({ entry }) => entry.name);
  const files: CheckedInformation[] = [];
  const debianDates = new Set<string>();
  for (const name of [...images.keys()].toSorted()) {
    const read = await readInfo(directory, name, formOf(byName.get(name) ?? []));
    if (read === null) continue;
    if (!read.ok) files.push({ path: read.file, problems: read.problems.map(reported) });
    else if (read.info.endOfLifeSource === "debian") debianDates.add(name);
  }
  return { files, debianDates };
}

/** Whose form the information on an image has, by its definitions. */
export function formOf(readings: readonly ValidReading[]): InfoForm {
  return readings.some(({ source }) => isOurs(source.syntax)) ? "own" : "foreign";
}
