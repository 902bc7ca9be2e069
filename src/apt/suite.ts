import { CacheError } from "../cache/error.ts";
import { download } from "../http/download.ts";
import { AptError } from "./error.ts";
import { mergeIndex } from "./index/merged.ts";
import { type PackagesFile, packagesFile } from "./index/packages-file.ts";
import { makeStore, openStore, type PackageStore, type StoreOrigin } from "./index/store.ts";
import type { DebianArchitecture, PackageIndex, Pocket, Release } from "./model.ts";
import { type AptOptions, type AptPorts, downloadPorts } from "./ports.ts";
import { acquireRelease, type VerifiedRelease } from "./release.ts";
import { mirrorsFor } from "./sources.ts";

/** What to acquire: a Debian release by its code name, for one architecture. */
export interface IndexRequest {
  readonly codename: string;
  readonly architecture: DebianArchitecture;
  /** Default `main` alone. */
  readonly components?: readonly string[];
  /** Default the release itself, its updates and its security updates. */
  readonly pockets?: readonly Pocket[];
}

const allPockets: readonly Pocket[] = ["release", "updates", "security"];

/**
 * Acquires the packages of a Debian release: each suite's InRelease is verified, each index checked against it, and
 * parsed once into a form that later runs open in milliseconds. Close the answer when done. Throws what
 * `acquireRelease` throws, APT_INDEX_MISSING, APT_INDEX_INVALID, and HTTP_… and CACHE_….
 */
export async function acquireIndex(
  request: IndexRequest,
  ports: AptPorts,
  options: AptOptions = {},
): Promise<PackageIndex> {
  const pockets = request.pockets ?? allPockets;
  const releases = await Promise.all(
    pockets.map(async (pocket) => await acquireRelease({ codename: request.codename, pocket }, ports, options)),
  );
  const parts: { readonly release: Release; readonly stores: PackageStore[] }[] = [];
  try {
    for (const verified of releases) {
      const stores: PackageStore[] = [];
      parts.push({ release: verified.release, stores });
      for (const component of request.components ?? ["main"]) {
        const origin = originOf(verified, { component, architecture: request.architecture, ports });
        stores.push((await openStore(origin, ports.cache)) ?? (await fetchStore(origin, ports, options)));
      }
    }
    return mergeIndex(parts, request.architecture);
  } catch (cause) {
    for (const part of parts) for (const store of part.stores) store.close();
    throw cause;
  }
}

/** The Packages file of one component, from any mirror of the suite. */
function originOf(
  { release, body }: VerifiedRelease,
  options: { readonly component: string; readonly architecture: DebianArchitecture; readonly ports: AptPorts },
): StoreOrigin {
  const { component, architecture } = options;
  const bases = mirrorsFor(options.ports.mirrors, release.pocket);
  const fileAt = (base: string) => packagesFile(body, { base, suite: release.suite, component, architecture });
  const urls = bases.flatMap((base) => fileAt(base).urls);
  return { file: { ...fileAt(release.mirror), urls }, release, architecture };
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
