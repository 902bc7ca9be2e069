import { createHash } from "node:crypto";
import { explainIssues } from "./explain.ts";
import { invalidDefinition } from "./invalid.ts";
import { byPlace, type Problem } from "./problem.ts";
import { type Definition, definitionSchema } from "./schema.ts";
import { firstLine, parseSyntax, type Syntax } from "./syntax.ts";
import { type AssembledText, assemble, type IncludedText, type ReadInclude } from "./text/include.ts";
import type { Place } from "./yaml.ts";

/** A definition with what its file says besides. */
export interface DefinitionFile {
  /** As given: a path, for messages and provenance. */
  readonly file: string;
  /**
   * SHA-256 (hex) of the text as UTF-8. With included files, of the lines `<sha256>  <path>` of all of them in the order
   * of first use, after that of the text itself, whose path is `-`.
   */
  readonly sha256: string;
  readonly syntax: Syntax;
  readonly definition: Definition;
  /** The files it includes, with the SHA-256 of each; none for most. */
  readonly included: readonly { readonly path: string; readonly sha256: string }[];
}

/** A definition, or what keeps the text from being one. */
export type ParseResult =
  | { readonly ok: true; readonly file: DefinitionFile }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Where a text comes from, used in messages, and how to read what it includes; without, it may include nothing. */
export interface ParseOptions {
  readonly file: string;
  readonly include?: ReadInclude;
}

/**
 * Reads an image definition and reports every problem with its place: a missing or unknown `# syntax=` line, YAML
 * errors, unknown keys, wrong types and forms, names given twice. Never throws. Templates are left as they are.
 */
export function parseDefinition(text: string, options: ParseOptions): ParseResult {
  const syntax = parseSyntax(firstLine(text));
  const assembled = assemble(text, options);
  const problems: Problem[] = [...assembled.problems];
  if (syntax === null) problems.unshift({ line: 1, column: 1, path: [], message: syntaxMessage });
  if (assembled.value === null) return { ok: false, problems };

  const read = definitionSchema.safeParse(assembled.value);
  if (!read.success) problems.push(...explainIssues(read.error.issues, assembled));
  if (!read.success || syntax === null) return { ok: false, problems: problems.toSorted(byPlace) };

  const definition = withSuffix(read.data);
  const repeated = problemsOfNames(definition, assembled);
  if (repeated.length > 0) return { ok: false, problems: repeated };
  const included = assembled.included.map((item) => ({ path: item.path, sha256: sha256Of(item.text) }));
  const sha256 = included.length === 0 ? sha256Of(text) : sha256Of(digestLines(text, assembled.included));
  return { ok: true, file: { file: options.file, sha256, syntax, definition, included } };
}

/** As `parseDefinition`, but throws DEFINITION_INVALID with all problems, one on a line. */
export function readDefinition(text: string, options: ParseOptions): DefinitionFile {
  const result = parseDefinition(text, options);
  if (result.ok) return result.file;
  throw invalidDefinition(options.file, result.problems);
}

/** Where the values at `paths` of a definition stand in its text, or in a file it includes. */
export function placesInDefinition(
  text: string,
  paths: readonly (readonly (string | number)[])[],
  options: ParseOptions,
): readonly Place[] {
  const assembled = assemble(text, options);
  return paths.map((path) => assembled.place(path));
}

const syntaxMessage = "the first line must name format and distribution, such as # syntax=hardpan/build:1-debian13";

function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function digestLines(text: string, included: readonly IncludedText[]): string {
  return [{ path: "-", text }, ...included].map((item) => `${sha256Of(item.text)}  ${item.path}\n`).join("");
}

/** The definition with its `suffix` behind each tag that does not have it: that is what its tags are. */
function withSuffix(definition: Definition): Definition {
  const { suffix = "", tags } = definition;
  return suffix === ""
    ? definition
    : { ...definition, tags: tags.map((tag) => (tag.endsWith(suffix) ? tag : `${tag}${suffix}`)) };
}

/** Tags, users, groups and builds name one thing each. */
function problemsOfNames({ tags, accounts, contents }: Definition, assembled: AssembledText): readonly Problem[] {
  const named = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
  const paths = [
    ...repeated(tags).map((index) => ["tags", index]),
    ...repeated(named(accounts.users)).map((index) => ["accounts", "users", index, "name"]),
    ...repeated(named(accounts.groups)).map((index) => ["accounts", "groups", index, "name"]),
    ...repeated(named(contents.builds)).map((index) => ["contents", "builds", index, "name"]),
  ];
  return paths.map((path) => ({ ...assembled.place(path), path, message: "is given twice" })).toSorted(byPlace);
}

function repeated(names: readonly string[]): readonly number[] {
  if (new Set(names).size === names.length) return [];
  return names.flatMap((name, index) => (names.indexOf(name) < index ? [index] : []));
}
