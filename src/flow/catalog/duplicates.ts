import { join } from "node:path";
import type { CatalogReading } from "../../catalog/catalog.ts";
import { includeFrom, readLimited } from "../../catalog/read.ts";
import { type Problem, printPath } from "../../definition/problem.ts";
import type { ReportedProblem } from "./model.ts";

/** A definition that could be read. */
export type ValidReading = Extract<CatalogReading, { readonly ok: true }>;

/** A definition, and all tags its image would have: those it lists, and what its version adds. */
export interface TaggedReading {
  readonly reading: ValidReading;
  readonly tags: readonly string[];
}

/** Problems by the path of the definition that has them. */
export type ProblemsByPath = ReadonlyMap<string, readonly Problem[]>;

/** Tags that several definitions of one image have: a problem of each, naming the place in the other. */
export async function duplicateTags(directory: string, tagged: readonly TaggedReading[]): Promise<ProblemsByPath> {
  const first = new Map<string, Holder>();
  const problems = new Map<string, Problem[]>();
  const clashed = new Set<string>();
  for (const { reading, tags } of tagged) {
    const { image, tags: listed } = reading.source.definition;
    for (const tag of new Set([...listed, ...tags])) {
      const index = listed.indexOf(tag);
      const holder: Holder = { path: reading.entry.path, tag, at: index === -1 ? ["tags"] : ["tags", index] };
      const name = `${image}:${tag}`;
      const other = first.get(name);
      if (other === undefined) {
        first.set(name, holder);
        continue;
      }
      // Tags that versions add follow from those that are listed.
      const pair = `${other.path}\n${holder.path}`;
      if (clashed.has(pair) && [other, holder].some(({ at }) => at.length === 1)) continue;
      clashed.add(pair);
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
  /** Where the definition has it: in its list, or as a whole for a tag that its version adds. */
  readonly at: readonly (string | number)[];
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
  const which = holder.at.length === 1 ? `${holder.tag}, which its version adds,` : holder.tag;
  const message = `the tag ${which} is also one of ${other.path}, at ${place}; a tag belongs to one definition`;
  const list = problems.get(holder.path) ?? [];
  problems.set(holder.path, [...list, { ...at, path: holder.at, message }]);
}

async function placeOf({ path, at }: Holder, directory: string): Promise<PlaceInFile> {
  const [place] = await placesOf(path, [at], directory);
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

/** A problem as reports have it. */
export function reported({ file, line, column, path, message }: Problem): ReportedProblem {
  const where = printPath(path);
  return { ...(file === undefined ? {} : { file }), line, column, ...(where === "" ? {} : { path: where }), message };
}
