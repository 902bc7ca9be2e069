import type { YamlValue } from "./schema.ts";

/** Whether a value is a mapping. Apart from the schema, which what only looks at values need not load. */
export function isYamlMap(value: YamlValue | undefined): value is { readonly [key: string]: YamlValue } {
  return typeof value === "object" && !Array.isArray(value);
}
