import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const fixtures = fileURLToPath(new URL("../fixtures/schemas", import.meta.url));
const ours = fileURLToPath(new URL("../../docs/schema", import.meta.url));
const cyclonedx = join(
  dirname(createRequire(import.meta.url).resolve("@cyclonedx/cyclonedx-library/package.json")),
  "res",
  "schema",
);

/** What is wrong with an SPDX 2.3 document by the official JSON schema; empty when it is valid. */
export function spdxProblems(document: unknown): readonly unknown[] {
  return problems("spdx 2.3", document, () =>
    withFormats(new Ajv(options)).compile(load(fixtures, "spdx-schema-2-3.json")),
  );
}

/** What is wrong with an SPDX 3.0.1 document by the official JSON schema; empty when it is valid. */
export function spdx3Problems(document: unknown): readonly unknown[] {
  return problems("spdx 3", document, () =>
    withFormats(new Ajv2020(options)).compile(load(fixtures, "spdx-schema-3-0-1.json")),
  );
}

/** What is wrong with a CycloneDX document by the official JSON schema of its version; empty when it is valid. */
export function cyclonedxProblems(document: unknown, version: "1.6" | "1.7" = "1.6"): readonly unknown[] {
  return problems(`cyclonedx ${version}`, document, () => {
    const checker = withFormats(new Ajv(options));
    for (const name of ["spdx", "jsf-0.82", "cryptography-defs"]) {
      const file = `${name}.SNAPSHOT.schema.json`;
      checker.addSchema(load(cyclonedx, file), `http://cyclonedx.org/schema/${file}`);
    }
    return checker.compile(load(cyclonedx, `bom-${version}.SNAPSHOT.schema.json`));
  });
}

/** What is wrong with JSON of ours by its schema in docs/schema; empty when it is valid. */
export function ourProblems(document: unknown, name: string): readonly unknown[] {
  return problems(name, document, () => new Ajv2020(options).compile(load(ours, name)));
}

const options = { strict: false, validateFormats: true, allErrors: true };
const compiled = new Map<string, ValidateFunction>();

function problems(name: string, document: unknown, compile: () => ValidateFunction): readonly unknown[] {
  const validate = compiled.get(name) ?? compile();
  compiled.set(name, validate);
  return validate(document) ? [] : (validate.errors ?? ["invalid"]);
}

/** Formats ajv does not know are those the schemas name besides JSON Schema's own; they are not checked. */
function withFormats<Checker extends Ajv | Ajv2020>(checker: Checker): Checker {
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
