import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";

const fixtures = fileURLToPath(new URL("../fixtures/schemas", import.meta.url));
const cyclonedx = join(
  dirname(createRequire(import.meta.url).resolve("@cyclonedx/cyclonedx-library/package.json")),
  "res",
  "schema",
);

/** What is wrong with an SPDX 2.3 document by the official JSON schema; empty when it is valid. */
export function spdxProblems(document: unknown): readonly unknown[] {
  const validate = ajv().compile(load(fixtures, "spdx-schema-2-3.json"));
  return validate(document) ? [] : (validate.errors ?? ["invalid"]);
}

/** What is wrong with a CycloneDX 1.6 document by the official JSON schema; empty when it is valid. */
export function cyclonedxProblems(document: unknown): readonly unknown[] {
  const checker = ajv();
  for (const name of ["spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json"]) {
    checker.addSchema(load(cyclonedx, name), `http://cyclonedx.org/schema/${name}`);
  }
  const validate = checker.compile(load(cyclonedx, "bom-1.6.SNAPSHOT.schema.json"));
  return validate(document) ? [] : (validate.errors ?? ["invalid"]);
}

/** Formats ajv does not know are those the schemas name besides JSON Schema's own; they are not checked. */
function ajv(): Ajv {
  const checker = new Ajv({ strict: false, validateFormats: true, allErrors: true });
  addFormats.default(checker);
  checker.addFormat("idn-email", true);
  checker.addFormat("iri-reference", true);
  return checker;
}

function load(folder: string, name: string): object {
  const schema: unknown = JSON.parse(readFileSync(join(folder, name), "utf8"));
  if (typeof schema !== "object" || schema === null) throw new Error(`${name} is not a schema`);
  return schema;
}
