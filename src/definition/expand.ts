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
 * contents and commands. Builds stay as they are: their steps name directories that exist only while they run.
 * Throws DEFINITION_TEMPLATE_INVALID, which names the key.
 */
export function expandDefinition(definition: Definition, outer: ExpansionScope): Definition {
  const scope: TemplateScope = { ...outer, vars: definition.vars };
  const { builds } = definition.contents;
  const { name, ...rest } = definition;
  const outside = { ...rest, contents: { ...rest.contents, builds: [] } };
  const expanded = expandValue(outside, { scope, foreign: false }, []);
  const vars = expandVariables(scope, { unknown: "keep" });
  const named = name === undefined ? {} : { name: expandTemplate(name, scope, { unknown: "keep" }) };
  return { ...expanded, ...named, vars, contents: { ...expanded.contents, builds } };
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
  const platform = `linux/${outer.target.arch}`;
  const holds = (item: Conditional) => isTrue(item.if, scope) && (item.platforms?.includes(platform) ?? true);
  const expansion: Expansion = { scope, foreign: false };
  const list = <Item extends Conditional>(items: readonly Item[], ...path: readonly string[]): readonly Item[] =>
    items.flatMap((item, index) => (holds(item) ? [expandValue(item, expansion, [...path, index])] : []));

  const { contents, pipeline, paths, outputs, attestations, name, if: _, ...rest } = build;
  const { files, artifacts, ...packages } = contents;
  return {
    ...expandValue(rest, expansion, []),
    name: expandTemplate(name, scope, { unknown: "keep" }),
    contents: {
      ...expandValue(packages, expansion, ["contents"]),
      files: list(files, "contents", "files"),
      artifacts: list(artifacts, "contents", "artifacts"),
    },
    paths: list(paths, "paths"),
    outputs: list(outputs, "outputs"),
    attestations: list(attestations, "attestations"),
    pipeline: list(pipeline, "pipeline"),
  };
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
