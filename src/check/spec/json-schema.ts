import { editorSchema } from "../../definition/json-schema.ts";
import { checkSchema } from "./schema.ts";

/** The JSON Schema (draft 2020-12) of a check.yaml, for editors; generated from the schema that reads the file. */
export function specJsonSchema(): Readonly<Record<string, unknown>> {
  return editorSchema(checkSchema, "Hardpan run verification");
}

/** The schema file's text. */
export function printSpecJsonSchema(): string {
  return `${JSON.stringify(specJsonSchema(), null, 2)}\n`;
}
