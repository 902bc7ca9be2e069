import { readFileSync } from "node:fs";
import { CliError } from "./error.ts";

/**
 * Reads `--secret` options in docker build's form: `id=ID,src=FILE` or `id=ID,env=VARIABLE`; `id=ID` alone means the
 * variable of that name. Throws CLI_SECRET_INVALID for one that cannot be read; no value is ever told.
 */
export function readSecrets(
  texts: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> {
  return new Map(texts.map((text) => readSecret(text, environment)));
}

function readSecret(text: string, environment: Readonly<Record<string, string | undefined>>): [string, string] {
  const fields = new Map(text.split(",").map((part) => [part.split("=", 1)[0], part.slice(part.indexOf("=") + 1)]));
  const id = fields.get("id");
  const file = fields.get("src") ?? fields.get("source");
  const known = new Set(["id", "src", "source", "env", "type"]);
  if (id === undefined || id === "" || [...fields.keys()].some((key) => key === undefined || !known.has(key))) {
    throw invalid(`--secret ${[...fields.keys()].join(",")}: it needs id=, and src= or env=`);
  }
  if (file !== undefined) {
    try {
      return [id, readFileSync(file, "utf8").replace(/\n$/, "")];
    } catch (cause) {
      throw invalid(`the secret ${id}: ${file} cannot be read`, cause);
    }
  }
  const value = environment[fields.get("env") ?? id];
  if (value === undefined) throw invalid(`the secret ${id}: there is no variable ${fields.get("env") ?? id}`);
  return [id, value];
}

function invalid(message: string, cause?: unknown): CliError {
  return new CliError("CLI_SECRET_INVALID", message, {
    hint: "write --secret id=ID,src=FILE or --secret id=ID,env=VARIABLE",
    ...(cause === undefined ? {} : { cause }),
  });
}
