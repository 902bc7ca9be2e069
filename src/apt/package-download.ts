import { CacheError } from "../cache/error.ts";
import { download } from "../http/download.ts";
import { AptError } from "./error.ts";
import type { ArchivePackage } from "./model.ts";
import { type AptOptions, type AptPorts, downloadPorts } from "./ports.ts";
import { mirrorsFor, snapshotMirrors } from "./sources.ts";

/** Where a package lies and what it must be; an `ArchivePackage` and a locked package both are this. */
export type PackageLocation = Pick<
  ArchivePackage,
  "name" | "version" | "architecture" | "filename" | "size" | "sha256" | "pocket" | "mirror"
>;

/**
 * A .deb in the cache: SHA-256 in hex, size in bytes, and the path of its file there. One that was in the cache already
 * has not been hashed again: read it through `Cache.read` or `Cache.stream`, which do.
 */
export interface FetchedPackage {
  readonly sha256: string;
  readonly size: number;
  readonly path: string;
}

/** How to fetch packages. */
export interface PackageDownloadOptions extends AptOptions {
  /** Downloads at once; default 6. */
  readonly parallel?: number;
  /**
   * A moment (milliseconds since 1970) at which the archive had the packages: what the mirrors no longer have is
   * then taken from the snapshot service.
   */
  readonly snapshot?: number;
}

/**
 * Brings the .debs of `packages`, of any architectures, into the cache, each verified by size and SHA-256 as it comes,
 * and returns them by SHA-256. The mirrors are tried first, then the one that `mirror` names, then the snapshot service. Throws APT_OFFLINE naming all
 * that is missing, HTTP_…, or CACHE_UNWRITABLE.
 */
export async function fetchPackages(
  packages: readonly PackageLocation[],
  ports: Pick<AptPorts, "http" | "cache" | "mirrors">,
  options: PackageDownloadOptions = {},
): Promise<ReadonlyMap<string, FetchedPackage>> {
  if (options.offline === true) await requireCached(packages, ports);
  const fetched = new Map<string, FetchedPackage>();
  const stop = new AbortController();
  const signals = options.signal === undefined ? [stop.signal] : [stop.signal, options.signal];
  const fetching = { ...downloadPorts(ports, options), signal: AbortSignal.any(signals) };
  const waiting = new Map(packages.map((entry) => [entry.sha256, entry])).values();
  const work = async () => {
    for (const entry of waiting) {
      const stored = await download(
        {
          urls: packageUrls(entry, ports, options),
          name: `${entry.name} ${entry.version} ${entry.architecture}`,
          sha256: entry.sha256,
          size: entry.size,
          files: true,
        },
        fetching,
      );
      fetched.set(entry.sha256, { ...stored, path: await pathOf(stored.sha256, ports) });
    }
  };
  const workers = Array.from({ length: options.parallel ?? 6 }, async () => {
    await work().catch((cause: unknown) => {
      stop.abort(cause);
      throw cause;
    });
  });
  const failed = (await Promise.allSettled(workers)).find((result) => result.status === "rejected");
  if (failed !== undefined) throw options.signal?.aborted === true ? options.signal.reason : stop.signal.reason;
  return fetched;
}

/** Addresses of a package, without repetition, in the order to try. */
function packageUrls(
  entry: PackageLocation,
  ports: Pick<AptPorts, "mirrors">,
  options: PackageDownloadOptions,
): readonly string[] {
  const snapshot = options.snapshot === undefined ? [] : mirrorsFor(snapshotMirrors(options.snapshot), entry.pocket);
  const bases = [...mirrorsFor(ports.mirrors, entry.pocket), entry.mirror, ...snapshot];
  // A file name comes from a signed index, but its characters are not restricted: `+` stays, `#` and `?` must not count.
  const path = entry.filename.split("/").map((part) => encodeURIComponent(part).replaceAll("%2B", "+"));
  return [...new Set(bases)].map((base) => `${base}/${path.join("/")}`);
}

async function pathOf(sha256: string, ports: Pick<AptPorts, "cache">): Promise<string> {
  const path = await ports.cache.path(sha256);
  if (path !== null) return path;
  throw new CacheError("CACHE_CORRUPT", `the cache entry ${sha256} has vanished`, { hint: "run the command again" });
}

async function requireCached(packages: readonly PackageLocation[], ports: Pick<AptPorts, "cache">): Promise<void> {
  const missing: string[] = [];
  for (const { name, version, sha256 } of packages) {
    if ((await ports.cache.path(sha256)) === null) missing.push(`${name} ${version} (${sha256})`);
  }
  if (missing.length === 0) return;
  throw new AptError("APT_OFFLINE", `packages that are not in the cache: ${missing.join(", ")}`, {
    hint: "run once with access to a mirror",
  });
}
