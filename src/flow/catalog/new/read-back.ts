import { CatalogError } from "../../../catalog/error.ts";
import { parseInfo } from "../../../catalog/info.ts";
import { includeFrom } from "../../../catalog/read.ts";
import { parseSpec } from "../../../check/spec/read.ts";
import { readDefinition } from "../../../definition/parse.ts";
import { printProblem } from "../../../definition/problem.ts";
import type { Definition } from "../../../definition/schema.ts";

/** Where a definition's text is to lie, and what it may include. */
export interface TextOptions {
  readonly path: string;
  /** Files that are not in the catalogue yet. */
  readonly files: ReadonlyMap<string, string>;
  readonly directory: string;
}

/** A definition that is not in the catalogue yet. Throws DEFINITION_INVALID. */
export function definitionIn(text: string, { path, files, directory }: TextOptions): Definition {
  const include = includeFrom(directory);
  return readDefinition(text, { file: path, include: (other) => files.get(other) ?? include(other) }).definition;
}

/**
 * The definitions among the files of a new image, as they will be read: nothing is written that a check would call invalid.
 * Throws DEFINITION_INVALID, CATALOG_FILE_INVALID and CHECK_SPEC_INVALID.
 */
export async function readBack(
  files: ReadonlyMap<string, string>,
  name: string,
  directory: string,
): Promise<readonly Definition[]> {
  const file = `image/${name}/info.yaml`;
  const info = await parseInfo(files.get(file) ?? "", { file, form: "own" });
  if (!info.ok) {
    const problems = info.problems.map((problem) => printProblem(problem, file)).join("\n");
    throw new CatalogError("CATALOG_FILE_INVALID", problems, {
      hint: "something in the package's control data has no place there: write the definitions by hand",
    });
  }
  const spec = `image/${name}/check.yaml`;
  parseSpec(files.get(spec) ?? "", { file: spec, source: () => ({ problem: "a new image has no such file" }) });
  const paths = [...files.keys()].filter((path) => /\/debian-\d+\/[^/]+\.yaml$/.test(path));
  return paths.map((path) => definitionIn(files.get(path) ?? "", { path, files, directory }));
}
