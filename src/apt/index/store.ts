import { decompress } from "../../archive/decompress.ts";
import type { Cache } from "../../cache/cache.ts";
import { CacheError } from "../../cache/error.ts";
import { readStanzas } from "../../debian/stanza.ts";
import { CodedError } from "../../error.ts";
import { AptError } from "../error.ts";
import type { ArchivePackage, DebianArchitecture, Release } from "../model.ts";
import type { PackagesFile } from "./packages-file.ts";
import { indexRows, keys, readPackageRow, readReferenceRow, rowFormat, type Whereabouts } from "./rows.ts";
import { formatTable, openTable, type Table } from "./table-file.ts";

/**
 * A Packages file in a form that opens in a millisecond. The lists are in the file's order. Every answer throws
 * CACHE_CORRUPT rather than being wrong when the index was damaged; the next run makes it anew.
 */
export interface PackageStore {
  find(name: string): readonly ArchivePackage[];
  /** Names of all packages. This reads the whole file. */
  names(): readonly string[];
  providers(name: string): readonly { readonly package: ArchivePackage; readonly version: string | null }[];
  ofSource(name: string): readonly ArchivePackage[];
  /** `required`, `important` and `standard` are known; the others are empty. */
  withPriority(priority: string): readonly ArchivePackage[];
  essential(): readonly ArchivePackage[];
  close(): void;
}

/** What a store is made of, and what its packages say of where they are from. */
export interface StoreOrigin {
  readonly file: PackagesFile;
  readonly release: Release;
  readonly architecture: DebianArchitecture;
}

/** Opens the index made of `origin.file`; null when it is not in the cache, or no longer whole. */
export async function openStore(origin: StoreOrigin, cache: Cache): Promise<PackageStore | null> {
  const sha256 = await cache.record("apt-index", identityOf(origin));
  const path = typeof sha256 === "string" ? await cache.path(sha256) : null;
  if (path === null) return null;
  try {
    return storeOver(openTable(path, identityOf(origin)), origin.release);
  } catch (cause) {
    if (cause instanceof CacheError && cause.code === "CACHE_CORRUPT") return null;
    throw cause;
  }
}

/**
 * Parses `origin.file`, which is in the cache, into an index there and opens it. Any number of processes may do so at
 * once. Throws APT_INDEX_INVALID for a file that is not what it should be, CACHE_CORRUPT, CACHE_UNWRITABLE.
 */
export async function makeStore(origin: StoreOrigin, cache: Cache, signal?: AbortSignal): Promise<PackageStore> {
  const { file } = origin;
  // Read whole, so that damage in the cache is told from damage in the archive.
  const packed = await cache.read(file.sha256);
  if (packed === null) throw unusable(file, "it is not in the cache");
  const limit = { limit: file.unpackedLimit, what: file.name };
  const stanzas = readStanzas(decompress(abortable(packed, signal), limit), limit);
  const rows = await indexRows(stanzas, { architecture: origin.architecture, what: file.name }).catch(
    (cause: unknown) => {
      throw cause instanceof CodedError ? unusable(file, cause.message, cause) : cause;
    },
  );
  const stored = await cache.write(formatTable(rows, identityOf(origin)), { name: file.name });
  await cache.writeRecord("apt-index", identityOf(origin), stored.sha256);
  const store = await openStore(origin, cache);
  if (store === null) throw unusable(file, "its index has vanished from the cache");
  return store;
}

function identityOf(origin: StoreOrigin): string {
  return `${rowFormat}-${origin.architecture}-${origin.file.sha256}`;
}

function storeOver(table: Table, release: Release): PackageStore {
  const where: Whereabouts = { suite: release.suite, pocket: release.pocket, mirror: release.mirror };
  const named = (name: string) => table.get(keys.name(name)).map((row) => readPackageRow(row, where));
  const referred = (key: string) =>
    table.get(key).flatMap((row) => {
      const { name, id, version } = readReferenceRow(row);
      return named(name).flatMap((found) => (found.id === id ? [{ package: found.package, version }] : []));
    });
  const packages = (key: string) => referred(key).map((found) => found.package);
  return {
    find: (name) => named(name).map((found) => found.package),
    names: () => table.keys(keys.name("")).map((key) => key.slice(keys.name("").length)),
    providers: (name) => referred(keys.provides(name)),
    ofSource: (name) => packages(keys.source(name)),
    withPriority: (priority) => packages(keys.priority(priority)),
    essential: () => packages(keys.essential),
    close: () => table.close(),
  };
}

async function* abortable(bytes: Uint8Array, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += pieceSize) {
    signal?.throwIfAborted();
    yield bytes.subarray(offset, offset + pieceSize);
  }
}

const pieceSize = 1 << 18;

function unusable(file: PackagesFile, reason: string, cause?: CodedError): AptError {
  return new AptError("APT_INDEX_INVALID", `the ${file.name} cannot be used: ${reason}`, {
    hint: "the archive published a broken index; try again later, or use another mirror",
    cause,
  });
}
