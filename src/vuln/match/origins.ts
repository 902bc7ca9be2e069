import type { AdvisoryIndex } from "../index/read.ts";
import type { RecordReference } from "./decision.ts";

/** What stands behind the numbers of an index's origins. */
export interface Origins {
  /** The name of the source. */
  name(origin: number): string;
  /** The ISO date of its data. */
  asOf(origin: number): string;
  /** A record of it, as findings show it. */
  reference(row: { readonly origin: number; readonly record: string }): RecordReference;
}

/** The origins of `index`, looked up at once. */
export function originsOf(index: AdvisoryIndex): Origins {
  const known = new Map(index.origins.map(({ id, source, asOf }) => [id, { source, asOf: asOf.slice(0, 10) }]));
  const name = (origin: number) => known.get(origin)?.source ?? "unknown";
  const asOf = (origin: number) => known.get(origin)?.asOf ?? "";
  return { name, asOf, reference: ({ origin, record }) => ({ source: name(origin), id: record, asOf: asOf(origin) }) };
}
