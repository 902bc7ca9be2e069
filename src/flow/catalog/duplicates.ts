import { join } from "node:path";
import type { CatalogReading } from "../../catalog/catalog.ts";
import { includeFrom, readLimited } from "../../catalog/read.ts";
import type { Problem } from "../../definition/problem.ts";

/** A definition that could be read. */
export type ValidReading = Extract<CatalogReading, { readonly ok: true }>;

/** Problems by the path of the definition that has them. */
export type ProblemsByPath = ReadonlyMap<string, readonly Problem[]>;

/** Tags that several definitions of one image have: a problem of each, naming the place in the other. */
export async function duplicateTags(directory: string, readings: readonly ValidReading[]): Promise<ProblemsByPath> {
  const first = new Map<string, Holder>();
  const problems = new Map<string, Problem[]>();
  for (const reading of readings) {
    const { image, tags } = reading.source.definition;
    for (const [index, tag] of tags.entries()) {
      const holder: Holder = { path: reading.entry.path, tag, index };
      const name = `${image}:${tag}`;
      const other = first.get(name);
      if (other === undefined) {
        first.set(name, holder);
        continue;
      }
      const places = [await placeOf(other, directory), await placeOf(holder, directory)] as const;
      report(problems, { holder: other, at: places[0], other: holder, there: places[1] });
      report(problems, { holder, at: places[1], other, there: places[0] });
    }
  }
  return problems;
}

interface Holder {
  readonly path: string;
  readonly tag: string;
  readonly index: number;
}

interface PlaceInFile {
  readonly file?: string;
  readonly line: number;
  readonly column: number;
}

interface Clash {
  readonly holder: Holder;
  readonly at: PlaceInFile;
  readonly other: Holder;
  readonly there: PlaceInFile;
}

function report(problems: Map<string, Problem[]>, { holder, at, other, there }: Clash): void {
  const place = `${there.file ?? other.path}:${there.line}:${there.column}`;
  const message = `the tag ${holder.tag} is also one of ${other.path}, at ${place}; a tag belongs to one definition`;
  const list = problems.get(holder.path) ?? [];
  problems.set(holder.path, [...list, { ...at, path: ["tags", holder.index], message }]);
}

async function placeOf({ path, index }: Holder, directory: string): Promise<PlaceInFile> {
  const [place] = await placesOf(path, [["tags", index]], directory);
  return place ?? { line: 1, column: 1 };
}

/** Where values of a definition stand; read anew, as only problems ask. */
export async function placesOf(
  path: string,
  values: readonly (readonly (string | number)[])[],
  directory: string,
): Promise<readonly PlaceInFile[]> {
  const { placesInDefinition } = await import("../../definition/parse.ts");
  return placesInDefinition(readLimited(join(directory, path)), values, {
    file: path,
    include: includeFrom(directory),
  });
}
