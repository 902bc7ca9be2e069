import { type FileHandle, open } from "node:fs/promises";
import { promisify } from "node:util";
import { crc32, inflateRaw } from "node:zlib";
import { tooLarge } from "../error.ts";
import { endOfDirectory, readDirectory, type ZipHeader, type ZipLimits } from "./directory.ts";
import { invalidZip, readExactly } from "./exactly.ts";

/** A file in a zip archive. */
export interface ZipEntry {
  readonly name: string;
  readonly content: Uint8Array;
}

/** `name` is the archive's for messages. */
export interface ZipOptions {
  readonly name: string;
  readonly limits?: Partial<ZipLimits>;
}

/** A zip archive whose directory has been read. */
export interface ZipArchive extends AsyncDisposable {
  /** In the order of its directory; folders and links too. */
  readonly headers: readonly ZipHeader[];
  /**
   * The content of one of `headers`. Throws ZIP_INVALID for damage, a wrong checksum, encryption and methods other than
   * stored and deflated, and ARCHIVE_TOO_LARGE; nothing is inflated beyond the size its header announces.
   */
  read(header: ZipHeader): Promise<Uint8Array>;
}

const defaults: ZipLimits = {
  entries: 2_000_000,
  entrySize: 32 * 1024 ** 2,
  directorySize: 512 * 1024 ** 2,
  totalSize: 8 * 1024 ** 3,
};

/** Opens the zip archive at `path` (APPNOTE 6.3, zip64 included). Throws ZIP_INVALID and ARCHIVE_TOO_LARGE. */
export async function openZip(path: string, options: ZipOptions): Promise<ZipArchive> {
  const limits = { ...defaults, ...options.limits };
  const what = options.name;
  const file = await open(path, "r");
  let total = 0;
  try {
    const headers = await readDirectory(file, { what, end: await endOfDirectory(file, what), limits });
    return {
      headers,
      async read(header) {
        total += header.size;
        if (total > limits.totalSize) throw tooLarge(what, limits.totalSize);
        return await readEntry(file, header, { what: `${what}/${header.name}`, limits });
      },
      [Symbol.asyncDispose]: async () => await file.close(),
    };
  } catch (cause) {
    await file.close();
    throw cause;
  }
}

/** The files of a zip archive in the order of its directory, one at a time in memory. Throws what `openZip` and `read` throw. */
export async function* zipEntries(
  path: string,
  options: ZipOptions & { readonly suffix?: string },
): AsyncGenerator<ZipEntry> {
  await using archive = await openZip(path, options);
  for (const header of archive.headers) {
    if (header.name.endsWith("/") || !header.name.endsWith(options.suffix ?? "")) continue;
    yield { name: header.name, content: await archive.read(header) };
  }
}

const inflate = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflateRaw);

async function readEntry(
  file: FileHandle,
  header: ZipHeader,
  options: { readonly what: string; readonly limits: ZipLimits },
): Promise<Uint8Array> {
  const { what } = options;
  const { entrySize } = options.limits;
  if (header.size > entrySize || header.compressedSize > entrySize) throw tooLarge(what, entrySize);
  if ((header.flags & 1) !== 0) throw invalidZip(what, "encrypted");
  const local = await readExactly(file, { position: header.offset, size: 30, what });
  if (local.readUInt32LE(0) !== 0x04034b50) throw invalidZip(what, "its local header is missing");
  const start = header.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  const raw = await readExactly(file, { position: start, size: header.compressedSize, what });
  const content = await unpack(raw, header, what);
  if (content.length !== header.size) throw invalidZip(what, `${content.length} bytes, not ${header.size}`);
  if (crc32(content) !== header.crc32) throw invalidZip(what, "wrong checksum");
  return content;
}

async function unpack(raw: Uint8Array, header: ZipHeader, what: string): Promise<Uint8Array> {
  if (header.method === 0) return raw;
  if (header.method !== 8) throw invalidZip(what, `compression method ${header.method} is not known`);
  try {
    return await inflate(raw, { maxOutputLength: Math.max(header.size, 1) });
  } catch (cause) {
    throw invalidZip(what, cause instanceof Error ? cause.message : "damaged", cause);
  }
}
