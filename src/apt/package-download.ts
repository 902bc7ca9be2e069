import { CacheError } from "../cache/error.ts";
import { download } from "../http/download.ts";
import { HttpError, isGone } from "../http/error.ts";
import type { DownloadPorts } from "../http/receive.ts";
import { redactUrl } from "../http/redact.ts";
import type { ArchivePackage } from "./model.ts";
import { type MissingPackage, PackagesMissingError } from "./packages-missing.ts";
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
  /** Base URLs below which a file of any kind lies as `sha256/<hex>`: asked before the snapshot service. */
  readonly inputMirrors?: readonly string[];
}

/**
 * Brings the .debs of `packages`, of any architectures, into the cache, each verified by size and SHA-256 as it comes,
 * and returns them by SHA-256. The mirrors are tried first, then the one that `mirror` names, the input mirrors, and the
 * snapshot service; of another archive than Debian's only `mirror` and the input mirrors. What cannot be had does not keep the
 * others from being fetched; content that is not what was announced is as good as none, and never kept. Throws
 * APT_PACKAGES_MISSING naming all that could not be had and why, APT_OFFLINE likewise, or CACHE_UNWRITABLE.
 */
export async function fetchPackages(
  packages: readonly PackageLocation[],
  ports: Pick<AptPorts, "http" | "cache" | "mirrors">,
  options: PackageDownloadOptions = {},
): Promise<ReadonlyMap<string, FetchedPackage>> {
  if (options.offline === true) await requireCached(packages, ports);
  const fetched = new Map<string, FetchedPackage>();
  const missing: MissingPackage[] = [];
  const stop = new AbortController();
  const signals = options.signal === undefined ? [stop.signal] : [stop.signal, options.signal];
  const fetching = { ...downloadPorts(ports, options), signal: AbortSignal.any(signals) };
  const dead = new Set<string>();
  const waiting = new Map(packages.map((entry) => [entry.sha256, entry])).values();
  const work = async () => {
    for (const entry of waiting) {
      const bases = basesOf(entry, ports, options);
      const found = await fetchOne(entry, { bases, dead, fetching });
      if (typeof found === "string") missing.push({ ...entry, reason: found });
      else fetched.set(entry.sha256, found);
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
  if (missing.length > 0) throw new PackagesMissingError(missing);
  return fetched;
}

/** A place that files are fetched from, and the address of one there. */
interface Base {
  readonly url: string;
  readonly address: string;
}

interface Search {
  readonly bases: readonly Base[];
  /** Bases that did not answer, which are not waited for again. */
  readonly dead: Set<string>;
  readonly fetching: DownloadPorts;
}

/** Fetches a package from the first base that has it; the answer is a text with the reasons when none has. */
async function fetchOne(entry: PackageLocation, { bases, dead, fetching }: Search): Promise<FetchedPackage | string> {
  const { name, version, architecture, sha256, size } = entry;
  const request = { name: `${name} ${version} ${architecture}`, sha256, size, files: true };
  const silent = bases.filter(({ url }) => dead.has(url));
  const failures: HttpError[] = [];
  for (const { url, address } of bases.filter((base) => !silent.includes(base))) {
    try {
      const stored = await download({ ...request, urls: [address] }, fetching);
      return { ...stored, path: await pathOf(sha256, fetching) };
    } catch (cause) {
      if (!(cause instanceof HttpError)) throw cause;
      failures.push(cause);
      if (cause.code === "HTTP_NETWORK" || cause.code === "HTTP_TIMEOUT") dead.add(url);
    }
  }
  const path = await fetching.cache.path(sha256);
  if (failures.length === 0 && path !== null) return { sha256, size, path };
  return reasonsOf(failures, silent);
}

/** Why nothing had it; places that did not answer are named. */
function reasonsOf(failures: readonly HttpError[], silent: readonly Base[]): string {
  const isAbsent = ({ status }: HttpError) => isGone(status);
  const reasons = [
    ...(failures.some(isAbsent) ? ["it is not there (any more)"] : []),
    ...failures.filter((failure) => !isAbsent(failure)).map(({ message }) => message),
    ...silent.map(({ url }) => `${redactUrl(url)} does not answer`),
  ];
  return reasons.join("; ") || "there is no place to ask";
}

/** Where an input mirror at `base` has a file. */
export function inputMirrorAddress(base: string, sha256: string): string {
  return `${base}/sha256/${sha256}`;
}

/** Where to look for a package, without repetition, in the order to try. */
function basesOf(
  entry: PackageLocation,
  ports: Pick<AptPorts, "mirrors">,
  options: PackageDownloadOptions,
): readonly Base[] {
  const { pocket, mirror, sha256 } = entry;
  const snapshot = options.snapshot === undefined ? [] : mirrorsFor(snapshotMirrors(options.snapshot), pocket);
  // A file name comes from a signed index, but its characters are not restricted: `+` stays, `#` and `?` must not count.
  const parts = entry.filename.split("/").map((part) => encodeURIComponent(part).replaceAll("%2B", "+"));
  const named = (url: string) => ({ url, address: `${url}/${parts.join("/")}` });
  const bases = [
    ...[...mirrorsFor(ports.mirrors, pocket), mirror].filter((url) => url !== "").map(named),
    ...(options.inputMirrors ?? []).map((url) => ({ url, address: inputMirrorAddress(url, sha256) })),
    ...snapshot.map(named),
  ];
  return [...new Map(bases.map((base) => [base.address, base])).values()];
}

async function pathOf(sha256: string, ports: Pick<AptPorts, "cache">): Promise<string> {
  const path = await ports.cache.path(sha256);
  if (path !== null) return path;
  throw new CacheError("CACHE_CORRUPT", `the cache entry ${sha256} has vanished`, { hint: "run the command again" });
}

async function requireCached(packages: readonly PackageLocation[], ports: Pick<AptPorts, "cache">): Promise<void> {
  const missing: MissingPackage[] = [];
  for (const entry of packages) {
    if ((await ports.cache.path(entry.sha256)) === null) missing.push({ ...entry, reason: "not in the cache" });
  }
  if (missing.length > 0) throw new PackagesMissingError(missing, "APT_OFFLINE");
}
