import type { RandomBytes } from "../reading/random-bytes.ts";
import { damaged } from "./damaged.ts";
import { maxRecordSize, maxRecords, unread } from "./limits.ts";

/** Where the first slot stands, and sizes in bytes; offsets in the file are counted in blocks. */
const layout = { header: 32, slot: 16, page: 4096, block: 16, blobHead: 16, blobTail: 12 };

/** `RpmP`, `Slot` and `BlbS` as numbers. */
const magics = { file: 0x506d7052, slot: 0x746f6c53, blob: 0x53626c42 };

/** Whether `bytes` begin as a database of rpm's own format "ndb" does. */
export function isNdb(bytes: RandomBytes): boolean {
  return bytes.length >= 4 && bytes.uint32(0, true) === magics.file;
}

/**
 * The packages' headers in rpm's own format, `Packages.db` (rpm, lib/backend/ndb/rpmpkg.c, version 0): pages of slots
 * that say where each package's blob stands. A slot of a package that was erased is empty; a blob that is too large is read
 * as if it were. Throws SCAN_FILE_INVALID.
 */
export function* readNdb(bytes: RandomBytes): Generator<Uint8Array> {
  if (!isNdb(bytes) || bytes.length < layout.header) throw damaged("it is not a package database of rpm");
  const version = bytes.uint32(4, true);
  if (version !== 0) throw damaged(`its version ${version} is not known`);
  const slotsEnd = bytes.uint32(12, true) * layout.page;
  if (slotsEnd > bytes.length) throw damaged("its list of packages is cut off");
  // Blobs of a whole database do not overlap; without this, a small file could name one blob a million times.
  let left = bytes.length;
  let records = 0;
  for (let at = layout.header; at < slotsEnd; at += layout.slot) {
    if (bytes.uint32(at, true) !== magics.slot) throw damaged("its list of packages is damaged");
    const slot = { package: bytes.uint32(at + 4, true), start: bytes.uint32(at + 8, true) * layout.block };
    if (slot.start === 0) continue;
    if (++records > maxRecords) throw damaged("its list of packages is too long");
    const { start, length } = findBlob(bytes, slot);
    left -= length;
    if (left < 0) throw damaged("its packages overlap each other");
    yield length > maxRecordSize ? unread : bytes.slice(start, length);
  }
}

function findBlob(
  bytes: RandomBytes,
  slot: { readonly package: number; readonly start: number },
): { readonly start: number; readonly length: number } {
  const start = slot.start + layout.blobHead;
  if (start > bytes.length) throw damaged("a package's record is outside the file");
  const length = bytes.uint32(slot.start + 12, true);
  const isOwn = bytes.uint32(slot.start, true) === magics.blob && bytes.uint32(slot.start + 4, true) === slot.package;
  if (!isOwn || start + length + layout.blobTail > bytes.length) throw damaged("a package's record is damaged");
  return { start, length };
}
