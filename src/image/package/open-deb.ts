import type { Cache } from "../../cache/cache.ts";
import { type Deb, readDeb } from "../../debian/deb.ts";
import { ImageError } from "../error.ts";

/** A package whose .deb lies in the cache. */
export interface DebIdentity {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

/** Opens .debs of the cache, verified; one asked for twice is read once. Throws IMAGE_INPUT_MISSING. */
export type OpenDeb = (item: DebIdentity) => Promise<Deb>;

/** An opener that remembers what it has opened for as long as it lives. */
export function createOpenDeb(cache: Cache): OpenDeb {
  const opened = new Map<string, Promise<Deb>>();
  return async (item) => {
    const known = opened.get(item.sha256) ?? openDeb(item, cache);
    opened.set(item.sha256, known);
    return await known;
  };
}

async function openDeb({ name, version, sha256 }: DebIdentity, cache: Cache): Promise<Deb> {
  const bytes = await cache.read(sha256);
  if (bytes !== null) return await readDeb(bytes, { what: `${name} ${version}`.trim() });
  throw new ImageError(
    "IMAGE_INPUT_MISSING",
    `the package ${`${name} ${version}`.trim()} (SHA-256 ${sha256}) is not in the cache`,
    {
      hint: "run the command again with network access, so that it is fetched",
    },
  );
}
