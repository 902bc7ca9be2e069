import type { AdvisoryIndex } from "../index/read.ts";
import type { RecordReference } from "./decision.ts";

/** What stands behind the numbers of an index's origins. */
export interface Origins {
  /** The name of the source. */
  name(origin: number): string;
  /** A record of it, as findings show it. */
  reference(row: { readonly origin: number; readonly record: string }): RecordReference;
}

/** The origins of `index`, looked up at once. */
export function originsOf(index: AdvisoryIndex): Origins {
  const byId = new Map(index.origins.map((origin) => [origin.id, origin]));
  return {
    name: (origin) => byId.get(origin)?.source ?? "unknown",
    reference: ({ origin, record }) => {
      const known = byId.get(origin);
      return { source: known?.source ?? "unknown", id: record, asOf: (known?.asOf ?? "").slice(0, 10) };
    },
  };
}
