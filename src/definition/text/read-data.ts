import { z } from "zod";
import { explainIssues } from "../explain.ts";
import type { Problem } from "../problem.ts";
import { readYaml, type YamlText } from "../yaml.ts";

/** What reading a YAML text by a schema gave. `place` tells where a value stands. */
export type DataReading<Data> =
  | { readonly ok: true; readonly data: Data; readonly place: YamlText["place"] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads a YAML text by `schema`; each problem has its line and column. */
export function readData<Data>(text: string, schema: z.ZodType<Data, unknown>): DataReading<Data> {
  const yaml = readYaml(text);
  if (yaml.value === null) return { ok: false, problems: yaml.problems };
  const read = schema.safeParse(yaml.value);
  if (read.success) return { ok: true, data: read.data, place: yaml.place };
  let keys: readonly string[] | null = null;
  const known = () => {
    keys ??= keysIn(z.toJSONSchema(schema, { io: "input" }));
    return keys;
  };
  return { ok: false, problems: explainIssues(read.error.issues, yaml, known) };
}

/** Every key that a JSON Schema gives to an object. */
function keysIn(schema: unknown): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const own =
    "properties" in schema && typeof schema.properties === "object" ? Object.keys(schema.properties ?? {}) : [];
  return [...new Set([...own, ...Object.values(schema).flatMap((inner) => keysIn(inner))])];
}
