import { damaged } from "./damaged.ts";

/** Where the first slot stands, and sizes in bytes; offsets in the file are counted in blocks. */
const layout = { header: 32, slot: 16, page: 4096, block: 16, blobHead: 16, blobTail: 12 };

const magics = { file: "RpmP", slot: "Slot", blob: "BlbS" };

/** Whether `bytes` begin as a database of rpm's own format "ndb" does. */
export function isNdb(bytes: Uint8Array): boolean {
  return hasMagic(bytes, 0, magics.file);
}

/**
 * The packages' headers in rpm's own format, `Packages.db` (rpm, lib/backend/ndb/rpmpkg.c, version 0): pages of slots
 * that say where each package's blob stands. A slot of a package that was erased is empty. Throws SCAN_FILE_INVALID.
 */
export function* readNdb(bytes: Uint8Array): Generator<Uint8Array> {
  if (!isNdb(bytes) || bytes.length < layout.header) throw damaged("it is not a package database of rpm");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(4, true) !== 0) throw damaged(`its version ${view.getUint32(4, true)} is not known`);
  const slotsEnd = view.getUint32(12, true) * layout.page;
  if (slotsEnd > bytes.length) throw damaged("its list of packages is cut off");
  // Blobs of a whole database do not overlap; without this, a small file could name one blob a million times.
  let left = bytes.length;
  for (let at = layout.header; at < slotsEnd; at += layout.slot) {
    if (!hasMagic(bytes, at, magics.slot)) throw damaged("its list of packages is damaged");
    const slot = { package: view.getUint32(at + 4, true), start: view.getUint32(at + 8, true) * layout.block };
    if (slot.start === 0) continue;
    const blob = readBlob(bytes, slot);
    left -= blob.length;
    if (left < 0) throw damaged("its packages overlap each other");
    yield blob;
  }
}

function readBlob(bytes: Uint8Array, slot: { readonly package: number; readonly start: number }): Uint8Array {
  const start = slot.start + layout.blobHead;
  if (start > bytes.length) throw damaged("a package's record is outside the file");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = view.getUint32(slot.start + 12, true);
  const isOwn = hasMagic(bytes, slot.start, magics.blob) && view.getUint32(slot.start + 4, true) === slot.package;
  if (!isOwn || start + length + layout.blobTail > bytes.length) throw damaged("a package's record is damaged");
  return bytes.subarray(start, start + length);
}

function hasMagic(bytes: Uint8Array, at: number, magic: string): boolean {
  return Buffer.from(bytes.subarray(at, at + 4)).toString("latin1") === magic;
}
