import type { TarLimits } from "../../archive/tar-limits.ts";
import type { Cache } from "../../cache/cache.ts";
import type { Entry } from "../layer/entry.ts";

/** Upper bounds for one input: room for an SDK, and an end for what is made to exhaust its reader. */
export const inputLimits = {
  entries: 2_000_000,
  /** A file is whole in memory while it is packed. */
  entrySize: 2 ** 31 - 1,
  totalSize: 2 ** 35,
} as const satisfies Partial<TarLimits>;

/** `entries`; when they fail because one of the cache entries they are read from has changed, CACHE_CORRUPT naming it. */
export async function* blamed(
  cache: Cache,
  sources: readonly string[],
  entries: AsyncIterable<Entry>,
): AsyncGenerator<Entry> {
  try {
    yield* entries;
  } catch (cause) {
    for (const sha256 of sources) await cache.check(sha256);
    throw cause;
  }
}
