import { z } from "zod";
import { definitionSchema } from "./schema.ts";

/** The JSON Schema (draft 2020-12) of a definition file, for editors; generated from the schema that reads the file. */
export function definitionJsonSchema(): Readonly<Record<string, unknown>> {
  return editorSchema(definitionSchema, "Hardpan image definition");
}

/** The JSON Schema (draft 2020-12) of a YAML file whose scalars are read out of text by `schema`, for editors. */
export function editorSchema(schema: z.ZodType, title: string): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input", reused: "ref" });
  return { $schema, title, ...settleScalars(rest) };
}

/** The schema file's text. */
export function printDefinitionJsonSchema(): string {
  return `${JSON.stringify(definitionJsonSchema(), null, 2)}\n`;
}

/** Numbers and booleans are read out of text, but in the file they are plain: the text's own pattern must not show. */
function settleScalars<Value>(value: Value): Value;
function settleScalars(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => settleScalars(item));
  if (typeof value !== "object" || value === null) return value;
  const { $ref, ...rest } = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, settleScalars(item)]));
  const { type } = rest;
  const isPlain = type === "integer" || type === "boolean";
  return $ref === undefined || isPlain ? rest : { $ref, ...rest };
}
