import { OciError } from "./error.ts";

/** A JSON object whose members are still to be checked. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The largest manifest, index or configuration that is read, in bytes (the distribution-spec's figure for manifests). */
export const maximumDocumentSize = 4 * 1024 * 1024;

/** The deepest nesting of a document that is read. */
const maximumDepth = 64;

/** How many `{`, `[`, `,` and `:` a document may have: ten thousand descriptors with all their members have fewer. */
const maximumMarks = 500_000;

/**
 * Parses the JSON object `bytes`, called `what` in messages. Throws OCI_DOCUMENT_INVALID for more than 4 MiB (or `limit`
 * bytes, for what is no manifest), wrong UTF-8, nesting deeper than 64, very many values, a key given twice (readers would
 * differ in which one they take) and for anything but an object.
 */
export function parseJsonObject(bytes: Uint8Array, what: string, limit?: number): JsonObject {
  return asObject(parseJson(bytes, what, limit), what);
}

/** As `parseJsonObject`, for a document of any type. */
export function parseJson(bytes: Uint8Array, what: string, limit = maximumDocumentSize): unknown {
  if (bytes.length > limit) throw invalidDocument(`${what} has ${bytes.length} bytes, more than ${limit}`);
  const text = decode(bytes, what);
  checkExtent(text, what);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw notJson(what, cause);
  }
  checkKeys(text, what);
  return value;
}

function decode(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw notJson(what, cause);
  }
}

const opening: ReadonlySet<string | undefined> = new Set(["{", "["]);
const closing: ReadonlySet<string | undefined> = new Set(["}", "]"]);
const between: ReadonlySet<string | undefined> = new Set([",", ":"]);

/** Refuses what would take much memory to parse, without knowing yet whether `text` is well-formed. */
function checkExtent(text: string, what: string): void {
  let depth = 0;
  let marks = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      at = stringEnd(text, at) - 1;
    } else if (opening.has(character)) {
      marks++;
      if (++depth > maximumDepth) throw invalidDocument(`${what} is nested deeper than ${maximumDepth}`);
    } else if (closing.has(character)) {
      depth--;
    } else if (between.has(character)) {
      marks++;
    }
    if (marks > maximumMarks) throw invalidDocument(`${what} has more values than are read`);
  }
}

/** Walks well-formed JSON for keys that are there twice, which JSON.parse lets pass. */
function checkKeys(text: string, what: string): void {
  const objects: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (opening.has(character)) {
      objects.push(character === "{" ? new Set() : null);
    } else if (closing.has(character)) {
      objects.pop();
    } else if (character === '"') {
      const end = stringEnd(text, at);
      const keys = objects.at(-1);
      if (keys && isKey(text, end)) addKey(keys, text.slice(at, end), what);
      at = end - 1;
    }
  }
}

/** The position after the closing quote of the string that starts at `start`, or after the text where it has none. */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** Whether a colon follows at `at`: in well-formed JSON that makes the string before it a key. */
function isKey(text: string, at: number): boolean {
  let next = at;
  while (next < text.length && " \t\r\n".includes(text.charAt(next))) next++;
  return text[next] === ":";
}

function addKey(keys: Set<string>, quoted: string, what: string): void {
  const key = String(JSON.parse(quoted));
  if (keys.has(key)) throw invalidDocument(`${what} has the key ${JSON.stringify(key.slice(0, 100))} twice`);
  keys.add(key);
}

/** `value` as an object. Here and below, `path` says in messages where the value stands. Throws OCI_DOCUMENT_INVALID. */
export function asObject(value: unknown, path: string): JsonObject {
  if (!isObject(value)) throw invalidDocument(`${path} is not an object`);
  return value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `value` as an array of at most 10 000 items, each read by `read`. */
export function asArray<Item>(
  value: unknown,
  path: string,
  read: (value: unknown, path: string) => Item,
): readonly Item[] {
  if (!Array.isArray(value)) throw invalidDocument(`${path} is not an array`);
  if (value.length > 10_000) throw invalidDocument(`${path} has ${value.length} items, more than 10000`);
  return value.map((item: unknown, at) => read(item, `${path}[${at}]`));
}

/** `value` as a string. */
export function asString(value: unknown, path: string): string {
  if (typeof value !== "string") throw invalidDocument(`${path} is not a string`);
  return value;
}

/** `value` as an integer that is not negative and can be represented exactly. */
export function asCount(value: unknown, path: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
    throw invalidDocument(`${path} is not a non-negative integer`);
  }
  return value;
}

/** `value` as an object whose members are all strings. */
export function asStringMap(value: unknown, path: string): Readonly<Record<string, string>> {
  const entries = Object.entries(asObject(value, path));
  return Object.fromEntries(entries.map(([key, member]) => [key, asString(member, `${path}.${key}`)]));
}

/** `value` read by `read`, or undefined where it is absent or null (Docker writes null for what is not set). */
export function optional<Result>(
  value: unknown,
  path: string,
  read: (value: unknown, path: string) => Result,
): Result | undefined {
  return value === undefined || value === null ? undefined : read(value, path);
}

function notJson(what: string, cause: unknown): OciError {
  return invalidDocument(`${what} is not JSON in UTF-8`, cause);
}

/** The error for a document that breaks its specification. */
export function invalidDocument(message: string, cause?: unknown): OciError {
  return new OciError("OCI_DOCUMENT_INVALID", message, {
    hint: "the image's author or the registry has written something that is not a valid OCI or Docker schema 2 document",
    ...(cause === undefined ? {} : { cause }),
  });
}

/** `members` as JSON bytes: keys in the order given, undefined left out, no white space. */
export function encodeJson(members: JsonObject | readonly unknown[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(members));
}

/** `map` with its keys in ASCII order, so that the same map always gives the same bytes. */
export function sortedMap<Value>(map: Readonly<Record<string, Value>>): Record<string, Value> {
  const entries = Object.entries(map);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
