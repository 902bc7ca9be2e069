import { DefinitionError } from "./error.ts";
import { printPath } from "./problem.ts";
import type { Definition, DefinitionBuild } from "./schema.ts";
import { expandTemplate, expandVariables, isTrue, type TemplateScope } from "./template.ts";

/** A scope without the definition's own variables, which `expandDefinition` and `expandBuild` add. */
export type ExpansionScope = Omit<TemplateScope, "vars">;

/** A scope of a build: its steps know a folder for sources and one for what they make. */
export interface BuildScope extends ExpansionScope {
  readonly source: { readonly dir: string };
  readonly target: ExpansionScope["target"] & { readonly dir: string };
}

/** A template that cannot be expanded; `path` leads to its text from the definition's root, or the build's. */
export class TemplateError extends DefinitionError {
  readonly path: readonly (string | number)[];

  constructor(path: readonly (string | number)[], cause: DefinitionError) {
    const hint = cause.hint === undefined ? {} : { hint: cause.hint };
    super("DEFINITION_TEMPLATE_INVALID", `${printPath(path)}: ${cause.message}`, { ...hint, cause });
    this.path = path;
  }
}

/** Texts that shells and programs read too: a `${NAME}` we do not know is theirs. */
const foreignKeys = new Set([
  "runs",
  "environment",
  "content",
  "with",
  "entrypoint",
  "cmd",
  "commands",
  "labels",
  "annotations",
]);

/**
 * The definition with every template expanded, for one platform. Unknown names are kept in scripts, environments, file
 * contents and commands. Paths, files and artifacts whose `if` does not hold are left out, as is what is for other
 * platforms. Builds stay as they are: their steps name directories that exist only while they run.
 * Throws DEFINITION_TEMPLATE_INVALID, which names the key.
 */
export function expandDefinition(definition: Definition, outer: ExpansionScope): Definition {
  const scope: TemplateScope = { ...outer, vars: definition.vars };
  const { name, contents, paths, ...rest } = definition;
  const expanded = expandValue(rest, { scope, foreign: false }, []);
  const vars = expandVariables(scope, { unknown: "keep" });
  const named = name === undefined ? {} : { name: expandTemplate(name, scope, { unknown: "keep" }) };
  return {
    ...expanded,
    ...named,
    vars,
    contents: expandContents(definition, outer),
    paths: lister(scope)(paths, "paths"),
  };
}

/** What the image itself is filled with, expanded as by `expandDefinition`; all that has to be known before it is locked. */
export function expandContents(definition: Definition, outer: ExpansionScope): Definition["contents"] {
  const { builds, ...contents } = definition.contents;
  return { ...expandSources(contents, { ...outer, vars: definition.vars }), builds };
}

/**
 * One of the definition's builds with every template expanded, for one platform. Variables of the definition come before
 * all else of their name; unknown names are kept in scripts, environments, file contents, inputs of actions and names of
 * steps, and refused elsewhere. Steps, paths, files, artifacts, outputs and attestations whose `if` does not hold are
 * left out, as are files of other platforms; null when the build's own does not hold. Throws
 * DEFINITION_TEMPLATE_INVALID, which names the key.
 */
export function expandBuild(definition: Definition, build: DefinitionBuild, outer: BuildScope): DefinitionBuild | null {
  const scope: TemplateScope = { ...outer, vars: definition.vars };
  if (!isTrue(build.if, scope)) return null;
  const list = lister(scope);
  const { contents, pipeline, paths, outputs, attestations, name, if: _, ...rest } = build;
  return {
    ...expandValue(rest, { scope, foreign: false }, []),
    name: expandTemplate(name, scope, { unknown: "keep" }),
    contents: expandSources(contents, scope),
    paths: list(paths, "paths"),
    outputs: list(outputs, "outputs"),
    attestations: list(attestations, "attestations"),
    pipeline: list(pipeline, "pipeline"),
  };
}

type Sources = Pick<
  DefinitionBuild["contents"],
  "repositories" | "keyring" | "packages" | "files" | "artifacts" | "mappings"
>;

function expandSources<Contents extends Sources>(contents: Contents, scope: TemplateScope): Contents {
  const { files, artifacts, ...rest } = contents;
  const list = lister(scope);
  const items = { files: list(files, "contents", "files"), artifacts: list(artifacts, "contents", "artifacts") };
  return { ...contents, ...expandValue(rest, { scope, foreign: false }, ["contents"]), ...items };
}

/** Expands the items of a list, without those whose `if` does not hold or that are for other platforms. */
function lister(scope: TemplateScope) {
  const platform = `linux/${scope.target.arch}`;
  const holds = (item: Conditional) => isTrue(item.if, scope) && (item.platforms?.includes(platform) ?? true);
  return <Item extends Conditional>(items: readonly Item[], ...path: readonly string[]): readonly Item[] =>
    items.flatMap((item, index) =>
      holds(item) ? [expandValue(item, { scope, foreign: false }, [...path, index])] : [],
    );
}

interface Conditional {
  readonly if?: string | undefined;
  readonly platforms?: readonly string[] | undefined;
}

interface Expansion {
  readonly scope: TemplateScope;
  readonly foreign: boolean;
}

function expandValue<Value>(value: Value, expansion: Expansion, path: readonly (string | number)[]): Value;
function expandValue(value: unknown, expansion: Expansion, path: readonly (string | number)[]): unknown {
  if (typeof value === "string") return value.includes("{") ? expandText(value, expansion, path) : value;
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => expandValue(item, expansion, [...path, index]));
  }
  if (typeof value !== "object" || value === null) return value;
  const { scope } = expansion;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => {
      if (key === "vars" || key === "track") return [key, item];
      const foreign = expansion.foreign || foreignKeys.has(key) || (key === "name" && path[0] === "pipeline");
      return [key, expandValue(item, { scope, foreign }, [...path, key])];
    }),
  );
}

function expandText(text: string, { scope, foreign }: Expansion, path: readonly (string | number)[]): string {
  try {
    return expandTemplate(text, scope, { unknown: foreign ? "keep" : "fail" });
  } catch (cause) {
    throw cause instanceof DefinitionError ? new TemplateError(path, cause) : cause;
  }
}
