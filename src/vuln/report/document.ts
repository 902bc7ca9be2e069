/** An object of a JSON document. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A document of ours, read again to add to it; empty where it is no object. */
export function jsonObject(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  return isObject(value) ? value : {};
}

/** The objects of a list; none where it is not one. */
export function listOfObjects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The text of a member; null where it has none. */
export function textIn(object: JsonObject, key: string): string | null {
  const value = object[key];
  return typeof value === "string" ? value : null;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
