import type { Cache } from "../../cache/cache.ts";
import { type Deb, readDeb } from "../../debian/deb.ts";
import { inputMissing } from "../error.ts";

/** A package whose .deb lies in the cache. */
export interface DebIdentity {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

/** Opens .debs of the cache, verified. Throws IMAGE_INPUT_MISSING. */
export type OpenDeb = (item: DebIdentity) => Promise<Deb>;

const keptAtMost = 256 << 20;

/** An opener that remembers the last it has opened, up to 256 MiB of them: one asked for twice is mostly read once. */
export function createOpenDeb(cache: Cache): OpenDeb {
  const opened = new Map<string, Promise<Deb>>();
  const sizes = new Map<string, number>();
  let kept = 0;
  const openAndKeep = async (item: DebIdentity): Promise<Deb> => {
    const { deb, size } = await openDeb(item, cache);
    sizes.set(item.sha256, size);
    kept += size;
    for (const [oldest, oldestSize] of sizes) {
      if (kept <= keptAtMost || oldest === item.sha256) break;
      kept -= oldestSize;
      sizes.delete(oldest);
      opened.delete(oldest);
    }
    return deb;
  };
  return async (item) => {
    const known = opened.get(item.sha256) ?? openAndKeep(item);
    opened.set(item.sha256, known);
    return await known;
  };
}

async function openDeb({ name, version, sha256 }: DebIdentity, cache: Cache) {
  const bytes = await cache.read(sha256);
  const what = `${name} ${version}`.trim();
  if (bytes === null) throw inputMissing(`the package ${what} (SHA-256 ${sha256})`);
  return { deb: await readDeb(bytes, { what }), size: bytes.length };
}
