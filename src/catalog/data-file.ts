import type { z } from "zod";
import { explainIssues } from "../definition/explain.ts";
import { type Problem, printProblem } from "../definition/problem.ts";
import { readYaml } from "../definition/yaml.ts";
import { CatalogError } from "./error.ts";

/** What a YAML data file holds, or what is wrong with it and where. */
export type DataFile<Data> =
  | { readonly ok: true; readonly data: Data }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads a YAML data file of the catalogue by `schema`. */
export function parseDataFile<Data>(text: string, schema: z.ZodType<Data, unknown>): DataFile<Data> {
  const yaml = readYaml(text);
  if (yaml.value === null) return { ok: false, problems: yaml.problems };
  const read = schema.safeParse(yaml.value);
  if (read.success) return { ok: true, data: read.data };
  return { ok: false, problems: explainIssues(read.error.issues, yaml) };
}

/** As `parseDataFile`, but throws CATALOG_FILE_INVALID with file, line and column of each problem. */
export function readDataFile<Data>(text: string, schema: z.ZodType<Data, unknown>, file: string): Data {
  const read = parseDataFile(text, schema);
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
