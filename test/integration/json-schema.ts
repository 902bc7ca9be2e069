import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { root } from "../support/cli.ts";

const folder = join(root, "docs", "schema");

/** Whether docs/schema describes what `hardpan <command> --json` prints. */
export function hasSchema(command: string): boolean {
  return existsSync(join(folder, `${command}.schema.json`));
}

/** What is wrong with a command's JSON by its schema in docs/schema; empty when nothing is. */
export function schemaProblems(command: string, document: unknown): readonly string[] {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
  for (const file of readdirSync(folder)) {
    const schema = JSON.parse(readFileSync(join(folder, file), "utf8"));
    // Those of files that people write, which editors read, are generated and have none.
    if (schema.$id !== undefined) ajv.addSchema(schema, file);
  }
  ajv.validate(`${command}.schema.json`, document);
  return (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
