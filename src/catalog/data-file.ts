import type { z } from "zod";
import { type Problem, printProblem } from "../definition/problem.ts";
import { readData } from "../definition/text/read-data.ts";
import { CatalogError } from "./error.ts";

/** Reads a YAML data file of the catalogue by `schema`. Throws CATALOG_FILE_INVALID with file, line and column of each problem. */
export function readDataFile<Data>(text: string, schema: z.ZodType<Data, unknown>, file: string): Data {
  const read = readData(text, schema);
  if (read.ok) return read.data;
  throw invalidDataFile(file, read.problems);
}

/** CATALOG_FILE_INVALID for the problems of a file. */
export function invalidDataFile(file: string, problems: readonly Problem[]): CatalogError {
  const shown = problems.slice(0, 20).map((problem) => printProblem(problem, file));
  return new CatalogError("CATALOG_FILE_INVALID", shown.join("\n"), {
    hint: "docs/definition.md explains the catalogue's data files",
  });
}
