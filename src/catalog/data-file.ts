import type { z } from "zod";
import { explainIssues } from "../definition/explain.ts";
import { printProblem } from "../definition/problem.ts";
import { readYaml } from "../definition/yaml.ts";
import { CatalogError } from "./error.ts";

/** Reads a YAML data file of the catalogue by `schema`. Throws CATALOG_FILE_INVALID with file, line and column of each problem. */
export function readDataFile<Data>(text: string, schema: z.ZodType<Data, unknown>, file: string): Data {
  const yaml = readYaml(text);
  if (yaml.value === null) throw invalid(yaml.problems.map((problem) => printProblem(problem, file)));
  const read = schema.safeParse(yaml.value);
  if (read.success) return read.data;
  throw invalid(explainIssues(read.error.issues, yaml).map((problem) => printProblem(problem, file)));
}

function invalid(problems: readonly string[]): CatalogError {
  return new CatalogError("CATALOG_FILE_INVALID", problems.slice(0, 20).join("\n"), {
    hint: "docs/definition.md explains the catalogue's data files",
  });
}
