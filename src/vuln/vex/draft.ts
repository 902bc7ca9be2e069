import { type ObjectPlace, type Place, textOf, wrongAt } from "../../sbom/read/value.ts";
import type { VexProduct, VexStatus } from "./model.ts";

/** What a reader makes of a document, before what all formats share is checked. */
export interface VexDraft {
  readonly format: string;
  readonly id: string | null;
  readonly author: string | null;
  readonly timestamp: string | null;
  /** Made while they are gone through, so that too many are not kept. */
  readonly statements: Iterable<DraftStatement>;
}

/** A statement as its format has it. */
export interface DraftStatement {
  readonly vulnerability: { readonly id: string; readonly aliases: readonly string[] };
  readonly status: VexStatus;
  readonly justification: string | null;
  /** Why the product is not affected. */
  readonly impact: string | null;
  /** What else there is to say. */
  readonly notes: string | null;
  /** The statement's own time. */
  readonly timestamp: string | null;
  readonly products: readonly VexProduct[];
}

/**
 * The time in member `key`, as ISO 8601 in UTC with milliseconds, whose texts sort as the times do; null where it is absent
 * or the year 1, which is what programs in Go write for none. A time without an offset is UTC. Throws SBOM_DOCUMENT_INVALID.
 */
export function timeOf(object: ObjectPlace, key: string): string | null {
  const text = textOf(object, key);
  if (text === null || text.startsWith("0001-01-01T00:00:00")) return null;
  const [, day, time = "T00:00:00", fraction = "", offset = "Z"] = shape.exec(text.trim()) ?? [];
  const moment = Date.parse(`${day}${time.toUpperCase()}${fraction.slice(0, 4)}${offset.toUpperCase()}`);
  if (day === undefined || Number.isNaN(moment)) {
    throw wrongAt({ value: text, key, parent: object }, `is no time as ISO 8601 has it: ${quoted(text)}`);
  }
  return new Date(moment).toISOString();
}

const shape = /^([1-9]\d{3}-\d\d-\d\d)(?:([Tt ]\d\d:\d\d(?::\d\d)?)(\.\d{1,12})?([Zz]|[+-]\d\d:\d\d)?)?$/;

/** `text` in quotes, cut where it is long, for messages. */
export function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}

/** The first of the texts that says something; null where none does. */
export function firstFilled(...texts: readonly (string | null)[]): string | null {
  return texts.find((text) => text !== null && text.trim() !== "") ?? null;
}

/** The text of a list's item. Throws SBOM_DOCUMENT_INVALID. */
export function textAt(place: Place): string {
  if (typeof place.value !== "string") throw wrongAt(place, "is not a text");
  return place.value;
}
