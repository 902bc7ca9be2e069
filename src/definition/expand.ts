import type { Definition } from "./schema.ts";
import { expandTemplate, expandVariables, type TemplateScope } from "./template.ts";

/** A scope without the definition's own variables, which `expandDefinition` adds. */
export type ExpansionScope = Omit<TemplateScope, "vars">;

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
 * Throws DEFINITION_TEMPLATE_INVALID.
 */
export function expandDefinition(definition: Definition, outer: ExpansionScope): Definition {
  const scope: TemplateScope = { ...outer, vars: definition.vars };
  const { builds } = definition.contents;
  const expanded = expandValue({ ...definition, contents: { ...definition.contents, builds: [] } }, scope, false);
  const vars = expandVariables(scope, { unknown: "keep" });
  return { ...expanded, vars, contents: { ...expanded.contents, builds } };
}

function expandValue<Value>(value: Value, scope: TemplateScope, foreign: boolean): Value;
function expandValue(value: unknown, scope: TemplateScope, foreign: boolean): unknown {
  if (typeof value === "string") return expandTemplate(value, scope, { unknown: foreign ? "keep" : "fail" });
  if (Array.isArray(value)) return value.map((item: unknown) => expandValue(item, scope, foreign));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => [
      key,
      key === "vars" || key === "track" ? item : expandValue(item, scope, foreign || foreignKeys.has(key)),
    ]),
  );
}
