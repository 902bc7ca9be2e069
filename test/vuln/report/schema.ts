import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";

/** What is wrong with a SARIF log by the schema of OASIS; empty when it is valid. */
export function sarifProblems(document: unknown): readonly unknown[] {
  return problems("sarif-schema-2-1-0.json", document);
}

/** What is wrong with a container scanning report by GitLab's own schema; empty when it is valid. */
export function gitlabProblems(document: unknown): readonly unknown[] {
  return problems("gitlab-container-scanning-15-0-7.json", document);
}

const compiled = new Map<string, ValidateFunction>();

function problems(name: string, document: unknown): readonly unknown[] {
  const validate = compiled.get(name) ?? compile(name);
  compiled.set(name, validate);
  return validate(document) ? [] : (validate.errors ?? ["invalid"]);
}

function compile(name: string): ValidateFunction {
  // The pattern for languages of SARIF's schema is no regular expression where `u` is set.
  const ajv = new Ajv({ strict: false, validateFormats: true, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  return ajv.compile(JSON.parse(readFileSync(new URL(`../../fixtures/schemas/${name}`, import.meta.url), "utf8")));
}
