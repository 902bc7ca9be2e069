import { createHash, type Hash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { type FileHandle, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CacheError } from "./error.ts";

/**
 * Immutable bytes under their SHA-256 and small JSON records under a key, in one folder. Any number of processes may
 * use it at once: everything is written under a temporary name, synced and renamed, and an entry never changes.
 */
export interface Cache {
  readonly directory: string;
  /** The path of the bytes with this SHA-256 (64 hex digits); null when they are not here. Not verified. */
  path(sha256: string): Promise<string | null>;
  /** All bytes, verified. Throws CACHE_CORRUPT, and drops the entry, when they no longer match. null when not here. */
  read(sha256: string): Promise<Uint8Array | null>;
  /**
   * The bytes as a stream that fails with CACHE_CORRUPT at its end, and drops the entry, when they no longer match. A reader
   * that fails before the end, as on damaged gzip data, asks `check` whether that is why.
   */
  stream(sha256: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** As `stream`, but each chunk is only lent: its bytes are overwritten when the next is asked for. */
  lend(sha256: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** Throws CACHE_CORRUPT, and drops the entry, when its bytes no longer match; does nothing when it is not here. */
  check(sha256: string): Promise<void>;
  /** Keeps `content`; returns its SHA-256 and size. With `expected`, throws CACHE_MISMATCH for any other content. */
  write(content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, expected?: Expected): Promise<Stored>;
  /** Forgets an entry, such as one found to be corrupt. */
  drop(sha256: string): Promise<void>;
  /** The record `key` of `kind` as it was written; null when absent or no longer what was written. */
  record(kind: string, key: string): Promise<unknown>;
  writeRecord(kind: string, key: string, value: unknown): Promise<void>;
  /** A folder for files that have a name of their own, such as an index database; created when absent. */
  folder(name: string): Promise<string>;
}

/** What content is announced to be: `sha256` in hex, `size` in bytes. */
export interface Expected {
  readonly sha256?: string;
  readonly size?: number;
  /** What the content is, for messages: a URL, a package. */
  readonly name?: string;
}

/** What was kept: `sha256` in hex, `size` in bytes. */
export interface Stored {
  readonly sha256: string;
  readonly size: number;
}

/** Opens the cache in `directory`, creating it when absent. Throws CACHE_UNWRITABLE. */
export async function openCache(directory: string): Promise<Cache> {
  await mkdirWritable(join(directory, "blobs"));
  const place = (sha256: string) => join(directory, "blobs", sha256.slice(0, 2), sha256);
  const recordPlace = (kind: string, key: string) => join(directory, "records", kind, `${safeKey(key)}.json`);

  const cache: Cache = {
    directory,
    async path(sha256) {
      const file = place(sha256);
      return existsSync(file) ? file : null;
    },
    async read(sha256) {
      const bytes = await readFile(place(sha256)).catch(absent);
      if (bytes === null) return null;
      if (createHash("sha256").update(bytes).digest("hex") !== sha256)
        throw await corrupt(cache, sha256, place(sha256));
      return bytes;
    },
    stream(sha256, signal) {
      return verified(cache, sha256, { file: place(sha256), signal, lend: false });
    },
    lend(sha256, signal) {
      return verified(cache, sha256, { file: place(sha256), signal, lend: true });
    },
    async check(sha256) {
      if ((await cache.path(sha256)) === null) return;
      for await (const _ of cache.lend(sha256));
    },
    async write(content, expected = {}) {
      return await replaceFile(
        async (handle) => await copyHashed(content, handle, expected),
        (stored) => place(stored.sha256),
        join(directory, "partial"),
      );
    },
    async drop(sha256) {
      await rm(place(sha256), { force: true });
    },
    async record(kind, key) {
      // Records are small and read often: waiting for the thread pool would take longer than reading.
      const bytes = readSmall(recordPlace(kind, key));
      return bytes === null ? null : openSealed(bytes.toString("utf8"));
    },
    async writeRecord(kind, key, value) {
      await replaceFile(
        async (handle) => await handle.writeFile(sealed(JSON.stringify(value))),
        () => recordPlace(kind, key),
        join(directory, "partial"),
      );
    },
    async folder(name) {
      const path = join(directory, name);
      await mkdirWritable(path);
      return path;
    },
  };
  return cache;
}

interface Reading {
  readonly file: string;
  readonly signal: AbortSignal | undefined;
  /** Whether chunks share two buffers, rather than each having its own. */
  readonly lend: boolean;
}

async function* verified(cache: Cache, sha256: string, reading: Reading): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  for await (const chunk of readChunks(reading)) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest("hex") !== sha256) throw await corrupt(cache, sha256, reading.file);
}

const chunkSize = 1 << 20;
const smallFile = 1 << 17;

/** The file's bytes; each chunk is read while the one before is at work. */
async function* readChunks({ file, signal, lend }: Reading): AsyncGenerator<Uint8Array> {
  const { size } = statSync(file);
  if (size <= smallFile) {
    if (size > 0) yield readFileSync(file);
    return;
  }
  const handle = await open(file, "r");
  try {
    let left = size;
    const spare: Uint8Array[] = [];
    const read = () => {
      const length = Math.min(left, chunkSize);
      left -= length;
      return length === 0 ? null : readChunk(handle, spare.pop() ?? Buffer.allocUnsafeSlow(length), length);
    };
    for (let next = read(); next !== null; ) {
      const { chunk, buffer } = await next;
      signal?.throwIfAborted();
      next = read();
      next?.catch(() => {}); // It fails when it is awaited, unless the reader stops before.
      yield chunk;
      if (lend) spare.push(buffer);
    }
  } finally {
    await handle.close();
  }
}

/** `length` bytes, or fewer where the file has become shorter. */
async function readChunk(handle: FileHandle, buffer: Uint8Array, length: number) {
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, null);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return { chunk: buffer.subarray(0, filled), buffer };
}

async function corrupt(cache: Cache, sha256: string, file: string): Promise<CacheError> {
  await cache.drop(sha256);
  return new CacheError("CACHE_CORRUPT", `the cache entry ${file} no longer matches its SHA-256`, {
    hint: "it has been removed; run the command again to fetch it anew, and check the disk if this happens often",
  });
}

/** Writes through `fill` to a temporary file in `scratch`, syncs it and renames it to `target`; nothing is left behind on failure. */
async function replaceFile<Result>(
  fill: (handle: FileHandle) => Promise<Result>,
  target: (result: Result) => string,
  scratch: string,
): Promise<Result> {
  await mkdirWritable(scratch);
  const temporary = join(scratch, `${process.pid}-${randomBytes(8).toString("hex")}`);
  try {
    const handle = await open(temporary, "wx");
    let result: Result;
    try {
      result = await fill(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    const path = target(result);
    await mkdirWritable(dirname(path));
    await rename(temporary, path);
    return result;
  } catch (cause) {
    await rm(temporary, { force: true });
    throw unwritable(cause, scratch);
  }
}

async function copyHashed(
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  handle: FileHandle,
  expected: Expected,
): Promise<Stored> {
  const hash: Hash = createHash("sha256");
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (expected.size !== undefined && size > expected.size)
      throw mismatch(expected, `more than ${expected.size} bytes`);
    hash.update(chunk);
    await handle.writeFile(chunk);
  }
  const sha256 = hash.digest("hex");
  if (expected.size !== undefined && size !== expected.size)
    throw mismatch(expected, `${size} bytes, not ${expected.size}`);
  if (expected.sha256 !== undefined && sha256 !== expected.sha256) {
    throw mismatch(expected, `SHA-256 ${sha256}, not ${expected.sha256}`);
  }
  return { sha256, size };
}

function mismatch(expected: Expected, what: string): CacheError {
  return new CacheError("CACHE_MISMATCH", `${expected.name ?? "content"} has ${what}`, {
    hint: "the source sent something else than was announced; try again, or use another mirror",
  });
}

async function mkdirWritable(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    throw unwritable(cause, path);
  }
}

const diskCodes = new Set(["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "ENOTDIR"]);

function unwritable(cause: unknown, path: string): unknown {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (typeof code !== "string" || !diskCodes.has(code)) return cause;
  return new CacheError("CACHE_UNWRITABLE", `cannot write to the cache ${path}: ${code}`, {
    hint: "free some space, or set XDG_CACHE_HOME to a folder that can be written",
    cause,
  });
}

function readSmall(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (cause) {
    return absent(cause);
  }
}

function absent(cause: unknown): null {
  if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return null;
  throw cause;
}

/** A record's text after its own SHA-256, so that a changed one is taken for absent and made anew. */
function sealed(json: string): string {
  return `${createHash("sha256").update(json).digest("hex")}\n${json}`;
}

function openSealed(text: string): unknown {
  const json = text.slice(65);
  return text === sealed(json) ? JSON.parse(json) : null;
}

function safeKey(key: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,180}$/.test(key) ? key : createHash("sha256").update(key).digest("hex");
}
