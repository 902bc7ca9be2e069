import { hash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync, rmSync } from "node:fs";
import { CacheError } from "../../cache/error.ts";

/**
 * A table in a file, from a key to any number of JSON values. It is opened without being read: a key leads to a bucket
 * of a few rows, and every bucket carries a checksum, so that a changed byte is noticed by whoever would have read it.
 *
 * Layout: magic (16 bytes), SHA-256 of the identity (32), number of buckets (4), offsets of the buckets and of the end
 * (4 each), SHA-256 of all that (32); then the buckets, each a checksum (8) and lines of JSON `[key,value]`. Numbers
 * are little-endian.
 */
export interface Table {
  /** The values of `key` in the order they were written. Throws CACHE_CORRUPT, and removes the file, when damaged. */
  get(key: string): readonly unknown[];
  /** All keys that begin with `prefix`, one for each row. This reads the whole file. Throws as `get`. */
  keys(prefix: string): readonly string[];
  close(): void;
}

const magic = "hardpan table 1\n";
const fixedLength = magic.length + 32 + 4;
const checkLength = 8;
const rowsPerBucket = 16;
const bucketsPerPiece = 512;
const mostBuckets = 1 << 20;

/** A table's bytes, in pieces. The same rows give the same bytes; `identity` must be told again when opening. */
export function* formatTable(
  rows: readonly (readonly [key: string, value: unknown])[],
  identity: string,
): Generator<Uint8Array> {
  const count = 2 ** Math.ceil(Math.log2(Math.max(1, Math.min(mostBuckets, rows.length / rowsPerBucket))));
  const buckets = Array.from({ length: count }, (): string[] => []);
  for (const row of rows) buckets[bucketOf(row[0], count)]?.push(`${JSON.stringify(row)}\n`);
  const contents = buckets.map((lines) => Buffer.from(lines.join(""), "utf8"));
  const header = Buffer.alloc(headerLength(count));
  header.write(magic, "latin1");
  header.write(hash("sha256", identity), magic.length, "hex");
  header.writeUInt32LE(count, magic.length + 32);
  let offset = header.length;
  for (const [bucket, content] of contents.entries()) {
    header.writeUInt32LE(offset, fixedLength + 4 * bucket);
    offset += checkLength + content.length;
  }
  header.writeUInt32LE(offset, fixedLength + 4 * count);
  header.write(hash("sha256", header.subarray(0, header.length - 32)), header.length - 32, "hex");
  yield header;
  for (let first = 0; first < count; first += bucketsPerPiece) {
    const piece = contents.slice(first, first + bucketsPerPiece);
    yield Buffer.concat(piece.flatMap((content, place) => [checkOf(first + place, content), content]));
  }
}

/** Opens the table at `path`. Throws CACHE_CORRUPT, and removes the file, when it is not the one called `identity`. */
export function openTable(path: string, identity: string): Table {
  const file = openSync(path, "r");
  try {
    const header = readHeader(file, { path, identity });
    const count = header.readUInt32LE(magic.length + 32);
    return {
      get: (key) => {
        const bucket = bucketOf(key, count);
        const content = readBucket(file, { path, header, bucket });
        const prefix = `[${JSON.stringify(key)},`;
        return content
          .split("\n")
          .filter((line) => line.startsWith(prefix))
          .map((line): unknown => JSON.parse(`[${line.slice(prefix.length)}`)[0]);
      },
      keys: (prefix) =>
        Array.from({ length: count }, (_, bucket) => keysIn(readBucket(file, { path, header, bucket }), prefix)).flat(),
      close: () => closeSync(file),
    };
  } catch (cause) {
    closeSync(file);
    throw cause;
  }
}

/** Keys of a bucket's rows. They are JSON, which says the same of plain text as of itself. */
function keysIn(content: string, prefix: string): readonly string[] {
  const start = `[${JSON.stringify(prefix).slice(0, -1)}`;
  const lines = content.split("\n").filter((line) => line.startsWith(start));
  return lines.map((line): string => JSON.parse(`${/^\["(?:[^"\\]|\\.)*"/.exec(line)?.[0] ?? '[""'}]`)[0]);
}

function readHeader(file: number, expected: { readonly path: string; readonly identity: string }): Buffer {
  const { size } = fstatSync(file);
  const fixed = readAt(file, { at: 0, length: fixedLength });
  const count = fixed.length === fixedLength ? fixed.readUInt32LE(magic.length + 32) : 0;
  if (count < 1 || count > mostBuckets || headerLength(count) > size) throw damaged(expected.path);
  const header = readAt(file, { at: 0, length: headerLength(count) });
  const sum = hash("sha256", header.subarray(0, header.length - 32), "buffer");
  const identity = hash("sha256", expected.identity, "buffer");
  if (!sum.equals(header.subarray(header.length - 32))) throw damaged(expected.path);
  if (!identity.equals(header.subarray(magic.length, magic.length + 32))) throw damaged(expected.path);
  if (header.readUInt32LE(fixedLength + 4 * count) !== size) throw damaged(expected.path);
  return header;
}

function readBucket(
  file: number,
  place: { readonly path: string; readonly header: Buffer; readonly bucket: number },
): string {
  const { header, bucket } = place;
  const at = header.readUInt32LE(fixedLength + 4 * bucket);
  const length = header.readUInt32LE(fixedLength + 4 * (bucket + 1)) - at;
  const bytes = readAt(file, { at, length });
  const content = bytes.subarray(checkLength);
  if (bytes.length !== length || !checkOf(bucket, content).equals(bytes.subarray(0, checkLength))) {
    throw damaged(place.path);
  }
  return content.toString("utf8");
}

function readAt(file: number, range: { readonly at: number; readonly length: number }): Buffer {
  const bytes = Buffer.alloc(range.length);
  let read = 0;
  while (read < range.length) {
    const more = readSync(file, bytes, read, range.length - read, range.at + read);
    if (more === 0) break;
    read += more;
  }
  return bytes.subarray(0, read);
}

/** Includes the bucket's number, so that one bucket is not taken for another. */
function checkOf(bucket: number, content: Uint8Array): Buffer {
  return hash("sha256", Buffer.concat([Buffer.from(`${bucket}\n`), content]), "buffer").subarray(0, checkLength);
}

function headerLength(count: number): number {
  return fixedLength + 4 * (count + 1) + 32;
}

/** FNV-1a over UTF-16 units, reduced to a power of two. */
function bucketOf(key: string, count: number): number {
  let value = 0x811c9dc5;
  for (let place = 0; place < key.length; place++) {
    value = Math.imul(value ^ key.charCodeAt(place), 0x01000193);
  }
  return (value ^ (value >>> 15)) & (count - 1);
}

function damaged(path: string): CacheError {
  rmSync(path, { force: true });
  return new CacheError("CACHE_CORRUPT", `the cache entry ${path} was changed after it was written`, {
    hint: "it has been removed; run the command again to make it anew, and check the disk if this happens often",
  });
}
