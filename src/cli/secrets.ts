import { closeSync, openSync, readSync } from "node:fs";
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
  const fields = fieldsOf(text);
  const { id = "", env } = fields;
  const file = fields.src ?? fields.source;
  if (id === "") throw invalid("--secret: it needs id=, and src= or env=");
  if (file !== undefined && env !== undefined) throw invalid(`the secret ${id}: src= and env= exclude each other`);
  if (file !== undefined) return [id, readSecretFile(id, file)];
  const value = environment[env ?? id];
  if (value === undefined) throw invalid(`the secret ${id}: there is no variable ${env ?? id}`);
  return [id, value];
}

type Field = "id" | "src" | "source" | "env" | "type";

/** The fields of an option. What is not understood may be a secret itself, and is not told. */
function fieldsOf(text: string): Readonly<Partial<Record<Field, string>>> {
  const fields: Partial<Record<Field, string>> = {};
  for (const part of text.split(",")) {
    const [, name, value = ""] = /^([a-z]+)=(.*)$/s.exec(part) ?? [];
    if (!isField(name)) throw invalid("--secret: it has more than id=, src=, env= and type=, or something without =");
    if (fields[name] !== undefined) throw invalid(`--secret: it has ${name}= twice`);
    fields[name] = value;
  }
  return fields;
}

function isField(name: string | undefined): name is Field {
  return name !== undefined && ["id", "src", "source", "env", "type"].includes(name);
}

/** Most bytes of a secret's file, as docker build has it. */
const fileLimit = 500 * 1024;

function readSecretFile(id: string, file: string): string {
  const bytes = readStart(id, file);
  if (bytes.length > fileLimit) throw invalid(`the secret ${id}: ${file} has more than ${fileLimit} bytes`);
  return bytes.toString("utf8").replace(/\n$/, "");
}

function readStart(id: string, file: string): Buffer {
  try {
    const handle = openSync(file, "r");
    try {
      const buffer = Buffer.alloc(fileLimit + 1);
      let filled = 0;
      for (let read = -1; read !== 0 && filled < buffer.length; filled += read) {
        read = readSync(handle, buffer, filled, buffer.length - filled, null);
      }
      return buffer.subarray(0, filled);
    } finally {
      closeSync(handle);
    }
  } catch (cause) {
    throw invalid(`the secret ${id}: ${file} cannot be read`, cause);
  }
}

function invalid(message: string, cause?: unknown): CliError {
  return new CliError("CLI_SECRET_INVALID", message, {
    hint: "write --secret id=ID,src=FILE or --secret id=ID,env=VARIABLE",
    ...(cause === undefined ? {} : { cause }),
  });
}
