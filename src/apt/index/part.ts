import { CacheError } from "../../cache/error.ts";
import { download } from "../../http/download.ts";
import { AptError } from "../error.ts";
import type { DebianArchitecture, Release } from "../model.ts";
import { type AptOptions, type AptPorts, downloadPorts } from "../ports.ts";
import type { IndexPart } from "./merged.ts";
import type { PackagesFile } from "./packages-file.ts";
import { makeStore, openStore, type PackageStore, type StoreOrigin } from "./store.ts";

/** A verified suite and those of its Packages files that are wanted. */
export interface PartRequest {
  readonly release: Release;
  readonly files: readonly PackagesFile[];
  readonly architecture: DebianArchitecture;
}

/**
 * Opens the packages of a suite: each index is fetched when it is not in the cache, checked, and parsed once. Throws
 * APT_INDEX_INVALID, APT_OFFLINE, and HTTP_… and CACHE_….
 */
export async function openPart(request: PartRequest, ports: AptPorts, options: AptOptions): Promise<IndexPart> {
  const { release, architecture } = request;
  const stores: PackageStore[] = [];
  try {
    for (const file of request.files) {
      const origin = { file, release, architecture };
      stores.push((await openStore(origin, ports.cache)) ?? (await fetchStore(origin, ports, options)));
    }
    return { release, stores };
  } catch (cause) {
    closePart({ release, stores });
    throw cause;
  }
}

/** Closes what `openPart` opened and nothing was made of. */
export function closePart(part: IndexPart): void {
  for (const store of part.stores) store.close();
}

async function fetchStore(origin: StoreOrigin, ports: AptPorts, options: AptOptions): Promise<PackageStore> {
  const { file } = origin;
  if (options.offline === true) await requireCached(file, ports);
  else await download({ ...file, files: true }, downloadPorts(ports, options));
  try {
    return await makeStore(origin, ports.cache, options.signal);
  } catch (cause) {
    // The Packages file in the cache was damaged and has been dropped by finding out: fetch it anew, once.
    if (!isCorrupt(cause) || options.offline === true) throw cause;
    await download({ ...file, files: true }, downloadPorts(ports, options));
    return await makeStore(origin, ports.cache, options.signal);
  }
}

async function requireCached(file: PackagesFile, ports: AptPorts): Promise<void> {
  if ((await ports.cache.path(file.sha256)) !== null) return;
  throw new AptError("APT_OFFLINE", `the ${file.name} are not in the cache`, {
    hint: "run once with access to a mirror",
  });
}

function isCorrupt(cause: unknown): boolean {
  return cause instanceof CacheError && cause.code === "CACHE_CORRUPT";
}
