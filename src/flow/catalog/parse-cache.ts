import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { Cache } from "../../cache/cache.ts";
import type { ParseCache } from "../../catalog/read.ts";
import type { DefinitionFile } from "../../definition/parse.ts";

/** A cache that is written at once, by `save`: for whole catalogues. */
export interface BundledParses extends ParseCache {
  /** Keeps what was asked for or put since, and forgets the rest. */
  save(): Promise<void>;
}

/** What was read of definitions, in a record each. */
export function recordedParses(cache: Pick<Cache, "record" | "writeRecord">): ParseCache {
  const reader = readerIdentity();
  const key = (sha256: string) => `${reader}-${sha256}`;
  return {
    get: async (sha256) => asDefinitionFile(await cache.record("definition", key(sha256))),
    put: async (sha256, value) => await cache.writeRecord("definition", key(sha256), value),
  };
}

/** What was read of all definitions of a catalogue, in one record: `name` tells catalogues apart. */
export async function bundledParses(
  cache: Pick<Cache, "record" | "writeRecord">,
  name: string,
): Promise<BundledParses> {
  const key = createHash("sha256").update(name).digest("hex");
  const reader = readerIdentity();
  const before = await cache.record("catalog", key);
  const isUsable = isObject(before) && before["reader"] === reader && isObject(before["parses"]);
  const known = new Map(isUsable && isObject(before["parses"]) ? Object.entries(before["parses"]) : []);
  const used = new Map<string, DefinitionFile>();
  let isNew = false;
  return {
    async get(sha256) {
      const found = asDefinitionFile(known.get(sha256));
      if (found !== null) used.set(sha256, found);
      return found;
    },
    async put(sha256, value) {
      used.set(sha256, value);
      isNew = true;
    },
    async save() {
      if (!isNew && used.size === known.size) return;
      await cache.writeRecord("catalog", key, { reader, parses: Object.fromEntries(used) });
    },
  };
}

/**
 * Tells one state of the reader of definitions from another by its own source, so that what an older one has read is read
 * anew: a new version may accept or refuse other files.
 */
function readerIdentity(): string {
  const folder = new URL("../../definition/", import.meta.url);
  const hash = createHash("sha256");
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted()) {
    if (/\.(ts|js)$/.test(name) && !name.endsWith(".d.ts"))
      hash.update(name).update(readFileSync(new URL(name, folder)));
  }
  return hash.digest("hex").slice(0, 16);
}

/** What `put` was given, which the cache's seal vouches for; null for anything else. */
function asDefinitionFile(value: unknown): DefinitionFile | null {
  return isDefinitionFile(value) ? value : null;
}

function isDefinitionFile(value: unknown): value is DefinitionFile {
  return (
    isObject(value) &&
    typeof value["sha256"] === "string" &&
    isObject(value["syntax"]) &&
    isObject(value["definition"]) &&
    Array.isArray(value["included"])
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
