import type { z } from "zod";
import { printProblem } from "../definition/problem.ts";
import { readData } from "../definition/text/read-data.ts";
import { CatalogError } from "./error.ts";

/** Reads a YAML data file of the catalogue by `schema`. Throws CATALOG_FILE_INVALID with file, line and column of each problem. */
export function readDataFile<Data>(text: string, schema: z.ZodType<Data, unknown>, file: string): Data {
  const read = readData(text, schema);
  if (read.ok) return read.data;
  const problems = read.problems.slice(0, 20).map((problem) => printProblem(problem, file));
  throw new CatalogError("CATALOG_FILE_INVALID", problems.join("\n"), {
    hint: "docs/definition.md explains the catalogue's data files",
  });
}
