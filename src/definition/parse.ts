import { createHash } from "node:crypto";
import { DefinitionError } from "./error.ts";
import { explainIssues } from "./explain.ts";
import { byPlace, type Problem, printPath, printProblem } from "./problem.ts";
import { type Definition, definitionSchema } from "./schema.ts";
import { firstLine, parseSyntax, type Syntax } from "./syntax.ts";
import { readYaml } from "./yaml.ts";

/** A definition with what its file says besides. */
export interface DefinitionFile {
  /** As given: a path, for messages and provenance. */
  readonly file: string;
  /** SHA-256 (hex) of the text as UTF-8. */
  readonly sha256: string;
  readonly syntax: Syntax;
  readonly definition: Definition;
}

/** A definition, or what keeps the text from being one. */
export type ParseResult =
  | { readonly ok: true; readonly file: DefinitionFile }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Where a text comes from; used in messages. */
export interface ParseOptions {
  readonly file: string;
}

/**
 * Reads an image definition and reports every problem with its place: a missing or unknown `# syntax=` line, YAML
 * errors, unknown keys, wrong types and forms, names given twice. Never throws. Templates are left as they are.
 */
export function parseDefinition(text: string, { file }: ParseOptions): ParseResult {
  const syntax = parseSyntax(firstLine(text));
  const yaml = readYaml(text);
  const problems: Problem[] = [...yaml.problems];
  if (syntax === null) problems.unshift({ line: 1, column: 1, path: [], message: syntaxMessage });
  if (yaml.value === null) return { ok: false, problems };

  const read = definitionSchema.safeParse(yaml.value);
  if (!read.success) problems.push(...explainIssues(read.error.issues, yaml));
  if (!read.success || syntax === null) return { ok: false, problems: problems.toSorted(byPlace) };

  const definition: Definition = read.data;
  const repeated = repeatedNames(definition).map((path) => ({
    ...yaml.place(path),
    path,
    message: "is given twice",
  }));
  if (repeated.length > 0) return { ok: false, problems: repeated.toSorted(byPlace) };
  const sha256 = createHash("sha256").update(text).digest("hex");
  return { ok: true, file: { file, sha256, syntax, definition } };
}

/** As `parseDefinition`, but throws DEFINITION_INVALID with all problems, one on a line. */
export function readDefinition(text: string, options: ParseOptions): DefinitionFile {
  const result = parseDefinition(text, options);
  if (result.ok) return result.file;
  throw invalidDefinition(options.file, result.problems);
}

/** DEFINITION_INVALID for a file with these problems. */
export function invalidDefinition(file: string, problems: readonly Problem[]): DefinitionError {
  const shown = problems.slice(0, 50).map((problem) => printProblem(problem, file));
  const more = problems.length > 50 ? `\nand ${problems.length - 50} more` : "";
  const unknown = problems.find((problem) => problem.message.startsWith("unknown key"));
  return new DefinitionError("DEFINITION_INVALID", `${shown.join("\n")}${more}`, {
    hint:
      unknown === undefined
        ? "docs/definition.md explains every key and its form"
        : `remove or rename ${printPath(unknown.path)}; docs/definition.md lists every key`,
  });
}

const syntaxMessage = "the first line must name format and distribution, such as # syntax=hardpan/build:1-debian13";

/** Tags, users, groups and builds name one thing each. */
function repeatedNames(definition: Definition): readonly (readonly (string | number)[])[] {
  const { tags, accounts, contents } = definition;
  return [
    ...repeated(tags).map((index) => ["tags", index]),
    ...repeated(accounts.users.map(({ name }) => name)).map((index) => ["accounts", "users", index, "name"]),
    ...repeated(accounts.groups.map(({ name }) => name)).map((index) => ["accounts", "groups", index, "name"]),
    ...repeated(contents.builds.map(({ name }) => name)).map((index) => ["contents", "builds", index, "name"]),
  ];
}

function repeated(names: readonly string[]): readonly number[] {
  return names.flatMap((name, index) => (names.indexOf(name) < index ? [index] : []));
}
