import { createHash } from "node:crypto";
import type { Cache } from "../cache/cache.ts";

/** Which record. */
export interface RecordPlace {
  readonly kind: string;
  readonly key: string;
}

/** The value of a record if it is exactly as `writeSealed` wrote it; null when it is absent or was changed. */
export async function readSealed(cache: Cache, place: RecordPlace): Promise<unknown> {
  const record = await cache.record(place.kind, place.key);
  if (typeof record !== "object" || record === null) return null;
  const { value, seal } = { value: null, seal: null, ...record };
  return seal === sealOf(place, value) ? value : null;
}

/** Writes a record whose damage will be noticed. `value` is plain JSON data. */
export async function writeSealed(cache: Cache, place: RecordPlace & { readonly value: unknown }): Promise<void> {
  const { kind, key, value } = place;
  await cache.writeRecord(kind, key, { value, seal: sealOf(place, value) });
}

function sealOf(place: RecordPlace, value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify([place.kind, place.key, value]))
    .digest("hex");
}
