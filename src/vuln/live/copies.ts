import type { Cache } from "../../cache/cache.ts";

/** The last content of a feed that went into an index, kept so that an update can go on without a new one. */
export interface GoodCopy {
  /** In the cache, in hex. */
  readonly sha256: string;
  /** ISO 8601: when the publisher last changed it, as far as it says. */
  readonly asOf: string | null;
  /** ISO 8601: when its publisher last said that this is what it has. */
  readonly checked: string;
  /** How many records it gave; 0 where its format was not used. */
  readonly records: number;
}

const recordKind = "advisory-feed";

/** The last good copy of the feed `name` that is whole in the cache; null without. */
export async function goodCopy(name: string, cache: Cache): Promise<GoodCopy | null> {
  const record = await cache.record(recordKind, name);
  if (!isGoodCopy(record) || (await cache.path(record.sha256)) === null) return null;
  return record;
}

/** Remembers that `copy` of the feed `name` went into an index, and forgets the bytes of the one before. */
export async function keepCopy(name: string, copy: GoodCopy, cache: Cache): Promise<void> {
  const before = await goodCopy(name, cache);
  await cache.writeRecord(recordKind, name, copy);
  if (before !== null && before.sha256 !== copy.sha256) await cache.drop(before.sha256);
}

function isGoodCopy(record: unknown): record is GoodCopy {
  if (typeof record !== "object" || record === null) return false;
  const { sha256, asOf, checked, records } = { sha256: 0, asOf: 0, checked: 0, records: "", ...record };
  return (
    typeof sha256 === "string" &&
    /^[0-9a-f]{64}$/.test(sha256) &&
    (asOf === null || typeof asOf === "string") &&
    typeof checked === "string" &&
    typeof records === "number"
  );
}
