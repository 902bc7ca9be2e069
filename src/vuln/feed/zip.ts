import { type FileHandle, open } from "node:fs/promises";
import { promisify } from "node:util";
import { crc32, inflateRaw } from "node:zlib";
import { feedTooLarge, invalidContent, type Place } from "./place.ts";
import { type Entry, endOfDirectory, readDirectory, type ZipLimits } from "./zip-directory.ts";
import { readExactly } from "./zip-read.ts";

/** A file in a zip archive. */
export interface ZipEntry {
  readonly name: string;
  readonly content: Uint8Array;
}

const defaults: ZipLimits = {
  entries: 2_000_000,
  entrySize: 32 * 1024 ** 2,
  directorySize: 512 * 1024 ** 2,
  totalSize: 8 * 1024 ** 3,
};

/**
 * The files of a zip archive (APPNOTE 6.3, zip64 included) in the order of its directory, one at a time in memory. Stored
 * and deflated entries only. `name` is the archive's for messages. Throws VULN_FORMAT_INVALID for damage, wrong checksums,
 * encryption and other methods, and VULN_FEED_TOO_LARGE beyond the limits; an entry is never inflated beyond the size its
 * directory announces.
 */
export async function* zipEntries(
  path: string,
  options: { readonly name: string; readonly suffix?: string; readonly limits?: Partial<ZipLimits> },
): AsyncGenerator<ZipEntry> {
  const limits = { ...defaults, ...options.limits };
  const place: Place = { file: options.name, line: null };
  const file = await open(path, "r");
  let total = 0;
  try {
    const end = await endOfDirectory(file, place);
    for (const entry of await readDirectory(file, { place, end, limits })) {
      if (entry.name.endsWith("/") || !entry.name.endsWith(options.suffix ?? "")) continue;
      total += entry.size;
      if (total > limits.totalSize) throw feedTooLarge(place, limits.totalSize);
      const at: Place = { file: `${options.name}/${entry.name}`, line: null };
      yield { name: entry.name, content: await readEntry(file, entry, { place: at, limits }) };
    }
  } finally {
    await file.close();
  }
}

const inflate = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflateRaw);

async function readEntry(
  file: FileHandle,
  entry: Entry,
  options: { readonly place: Place; readonly limits: ZipLimits },
): Promise<Uint8Array> {
  const { place } = options;
  const { entrySize } = options.limits;
  if (entry.size > entrySize || entry.compressedSize > entrySize) throw feedTooLarge(place, entrySize);
  if ((entry.flags & 1) !== 0) throw invalidContent(place, "encrypted");
  const header = await readExactly(file, { position: entry.offset, size: 30, place });
  if (header.readUInt32LE(0) !== 0x04034b50) throw invalidContent(place, "its local header is missing");
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const raw = await readExactly(file, { position: start, size: entry.compressedSize, place });
  const content = await unpack(raw, entry, place);
  if (content.length !== entry.size) throw invalidContent(place, `${content.length} bytes, not ${entry.size}`);
  if (crc32(content) !== entry.crc32) throw invalidContent(place, "wrong checksum");
  return content;
}

async function unpack(raw: Uint8Array, entry: Entry, place: Place): Promise<Uint8Array> {
  if (entry.method === 0) return raw;
  if (entry.method !== 8) throw invalidContent(place, `compression method ${entry.method} is not known`);
  try {
    return await inflate(raw, { maxOutputLength: Math.max(entry.size, 1) });
  } catch (cause) {
    throw invalidContent(place, cause instanceof Error ? cause.message : "damaged", cause);
  }
}
