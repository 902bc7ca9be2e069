import { collect } from "../../archive/bytes.ts";
import type { FeedDocument } from "./document.ts";
import { jsonMemberBatches } from "./json-members.ts";
import { lineBatches } from "./lines.ts";
import { invalidContent, type Place } from "./place.ts";
import type { Sample } from "./sample.ts";

/** A record of a JSON document and where it begins. */
export interface FoundRecord {
  readonly value: unknown;
  readonly place: Place;
}

/**
 * The records of a JSON document: one a line, the elements of an array, or the object that it is. A record may stand under `r`
 * in a wrapper that names its path. Throws VULN_FORMAT_INVALID.
 */
export async function* recordsOf(document: FeedDocument): AsyncGenerator<FoundRecord> {
  const { name: file, sample } = document;
  if (sample.form === "lines") {
    for await (const lines of lineBatches(document.bytes(), { file })) {
      for (const { text, line } of lines) {
        if (text.trim() !== "") yield { value: unwrap(parseJson(text, { file, line })), place: { file, line } };
      }
    }
  } else if (sample.form === "array") {
    for await (const members of jsonMemberBatches(document.bytes(), { file })) {
      for (const { value, line } of members) yield { value: unwrap(value), place: { file, line } };
    }
  } else {
    yield { value: unwrap(await wholeObject(document)), place: { file, line: 1 } };
  }
}

/** The JSON object that a document is. Throws VULN_FORMAT_INVALID and VULN_FEED_TOO_LARGE. */
export async function wholeObject(document: FeedDocument): Promise<Readonly<Record<string, unknown>>> {
  const { name: file, sample } = document;
  if (sample.form === "object" && sample.complete) return Object.fromEntries(sample.members);
  const fields: [string, unknown][] = [];
  for await (const members of jsonMemberBatches(document.bytes(), { file })) {
    for (const { key, value } of members) fields.push([key ?? "", value]);
  }
  return Object.fromEntries(fields);
}

/** All bytes of a document. Throws ARCHIVE_TOO_LARGE. */
export async function wholeBytes(document: FeedDocument, limit: number): Promise<Uint8Array> {
  return await collect(document.bytes(), { limit, what: document.name });
}

/** The first record of a sample, as `recordsOf` gives it; of an object the members that were seen. null for what has none. */
export function firstRecord(sample: Sample): unknown {
  if (sample.form === "lines" || sample.form === "array") return unwrap(sample.first);
  return sample.form === "object" ? unwrap(Object.fromEntries(sample.members)) : null;
}

/** Whether `value` is an object with all of `keys`. */
export function hasKeys(value: unknown, ...keys: readonly string[]): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && keys.every((key) => key in value);
}

function unwrap(value: unknown): unknown {
  return hasKeys(value, "path", "r") ? value["r"] : value;
}

function parseJson(text: string, place: Place): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw invalidContent(place, `not JSON: ${why.slice(0, 200)}`, cause);
  }
}
