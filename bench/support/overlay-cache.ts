import type { Cache } from "../../src/cache/cache.ts";

/** A cache that has all that `under` has, and writes to `over` alone: what a bench makes in it is gone with `over`. */
export function overlayCache(over: Cache, under: Cache): Cache {
  const holder = async (sha256: string) => ((await over.path(sha256)) === null ? under : over);
  return {
    ...over,
    path: async (sha256) => await (await holder(sha256)).path(sha256),
    read: async (sha256) => await (await holder(sha256)).read(sha256),
    async *stream(sha256, signal) {
      yield* (await holder(sha256)).stream(sha256, signal);
    },
    async *lend(sha256, signal) {
      yield* (await holder(sha256)).lend(sha256, signal);
    },
    check: async (sha256) => await (await holder(sha256)).check(sha256),
    record: async (kind, key) => (await over.record(kind, key)) ?? (await under.record(kind, key)),
  };
}
