import type { Cache } from "./cache.ts";

/**
 * Runs `task`, which reads these entries as streams. When it fails, and an entry has changed, that is why: throws
 * CACHE_CORRUPT naming it, and drops it; else what `task` threw.
 */
export async function blamingEntries<Result>(
  cache: Cache,
  entries: readonly string[],
  task: () => Promise<Result>,
): Promise<Result> {
  try {
    return await task();
  } catch (cause) {
    for (const sha256 of entries) await cache.check(sha256);
    throw cause;
  }
}
