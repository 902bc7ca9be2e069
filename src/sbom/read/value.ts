import { invalidDocument } from "./text.ts";

/** A value of a document, and where it stands: known to the last key, so that what is wrong can be named. */
export interface Place {
  readonly value: unknown;
  readonly key: string | number;
  readonly parent: Place | null;
}

/** An object of a document. */
export interface ObjectPlace extends Place {
  readonly value: Readonly<Record<string, unknown>>;
}

/** The whole of a document that messages call `name`. */
export function wholeDocument(value: unknown, name: string): Place {
  return { value, key: name, parent: null };
}

/** `place` as an object. Throws SBOM_DOCUMENT_INVALID. */
export function objectAt(place: Place): ObjectPlace {
  const { value } = place;
  if (!isObject(value)) throw wrongAt(place, "is not an object");
  return { ...place, value };
}

/** The member `key` of an object; null where it is absent or null. */
export function memberOf(object: ObjectPlace, key: string): Place | null {
  const value = object.value[key];
  return value === undefined || value === null ? null : { value, key, parent: object };
}

/** The member `key` as an object; null where it is absent. Throws SBOM_DOCUMENT_INVALID. */
export function objectOf(object: ObjectPlace, key: string): ObjectPlace | null {
  const member = memberOf(object, key);
  return member === null ? null : objectAt(member);
}

/** The member `key` as text; null where it is absent. Throws SBOM_DOCUMENT_INVALID. */
export function textOf(object: ObjectPlace, key: string): string | null {
  const value = object.value[key];
  if (value === undefined || value === null) return null;
  if (typeof value !== "string") throw wrongAt({ value, key, parent: object }, "is not a text");
  return value;
}

/** The member `key` as text, null where it is absent or empty. Throws SBOM_DOCUMENT_INVALID. */
export function filledTextOf(object: ObjectPlace, key: string): string | null {
  const text = textOf(object, key);
  return text === null || text.trim() === "" ? null : text;
}

/** The member `key` as a whole number that is not negative; null where it is absent. Throws SBOM_DOCUMENT_INVALID. */
export function countOf(object: ObjectPlace, key: string): number | null {
  const member = memberOf(object, key);
  if (member === null) return null;
  const { value } = member;
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw wrongAt(member, "is not a count");
  return value;
}

/** The items of the member `key`, which is a list; none where it is absent. Throws SBOM_DOCUMENT_INVALID. */
export function* itemsOf(object: ObjectPlace, key: string): Generator<Place> {
  const member = memberOf(object, key);
  if (member === null) return;
  if (!Array.isArray(member.value)) throw wrongAt(member, "is not a list");
  for (const [index, value] of member.value.entries()) yield { value, key: index, parent: member };
}

/** The items of the member `key`, each of which is an object. Throws SBOM_DOCUMENT_INVALID. */
export function* objectsOf(object: ObjectPlace, key: string): Generator<ObjectPlace> {
  for (const item of itemsOf(object, key)) yield objectAt(item);
}

/** The items of the member `key`, each of which is a text. Throws SBOM_DOCUMENT_INVALID. */
export function textsOf(object: ObjectPlace, key: string): readonly string[] {
  return [...itemsOf(object, key)].map((item) => {
    if (typeof item.value !== "string") throw wrongAt(item, "is not a text");
    return item.value;
  });
}

/** The error that what stands at `place` is wrong: the message names the document and the way to it. */
export function wrongAt(place: Place, reason: string) {
  const keys: (string | number)[] = [];
  let top = place;
  for (let at: Place | null = place; at !== null; at = at.parent) {
    if (at.parent !== null) keys.unshift(at.key);
    top = at;
  }
  const way = keys.map((key) => (typeof key === "number" ? `[${key}]` : `.${key.slice(0, 100)}`)).join("");
  return invalidDocument(
    String(top.key),
    `cannot be read: ${way === "" ? "its content" : way.replace(/^\./, "")} ${reason}`,
  );
}

/** Whether `value` is an object whose members can be looked at. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
