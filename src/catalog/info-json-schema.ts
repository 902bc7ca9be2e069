import { editorSchema } from "../definition/json-schema.ts";
import { ownInfoSchema } from "./info-schema.ts";

/** The text of docs/schema/info.schema.json: an `info.yaml` in Hardpan's own form, for editors. */
export function printInfoJsonSchema(): string {
  return `${JSON.stringify(editorSchema(ownInfoSchema, "Hardpan image information"), null, 2)}\n`;
}
