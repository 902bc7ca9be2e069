/** An entry as the header before its content announces it (APPNOTE 4.3.7). Sizes in bytes. */
export interface ZipStreamEntry {
  /** As written in the archive: not checked to be a safe path. A folder's ends in `/`. */
  readonly name: string;
  readonly encrypted: boolean;
  /** 0: stored as it is; 8: deflated; others are not read here (APPNOTE 4.4.5). */
  readonly method: number;
  /** null where they stand only behind the content, in a data descriptor (APPNOTE 4.3.9). */
  readonly compressedSize: number | null;
  readonly size: number | null;
  readonly crc32: number | null;
}

/** How many bytes a local header has before its name. */
export const localHeaderSize = 30;

const latestVersion = 63;
const methods = new Set([0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 14, 16, 18, 19, 20, 93, 94, 95, 96, 97, 98, 99]);

/** Whether the 30 bytes at `at`, whose signature has been seen, can be a local header and not chance or text. */
export function isLocalHeader(bytes: Buffer, at: number): boolean {
  return (
    (bytes[at + 4] ?? 0) <= latestVersion && methods.has(bytes.readUInt16LE(at + 8)) && bytes.readUInt16LE(at + 26) > 0
  );
}

/** How many bytes the local header at `at` has, with name and extra fields. */
export function localHeaderLength(bytes: Buffer, at: number): number {
  return localHeaderSize + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
}

/** Reads the local header at `at`, all of whose bytes are there. */
export function readLocalHeader(bytes: Buffer, at: number): ZipStreamEntry {
  const flags = bytes.readUInt16LE(at + 6);
  const nameEnd = at + localHeaderSize + bytes.readUInt16LE(at + 26);
  const large = zip64Sizes(bytes.subarray(nameEnd, at + localHeaderLength(bytes, at)));
  const field = (offset: number, index: number) => {
    const value = bytes.readUInt32LE(at + offset);
    return value === 0xffffffff ? (large[index] ?? value) : value;
  };
  const [compressedSize, size] = [field(18, 1), field(22, 0)];
  const isLater = (flags & 8) !== 0;
  const isUnknown = isLater && compressedSize === 0;
  return {
    name: bytes.toString("utf8", at + localHeaderSize, nameEnd),
    encrypted: (flags & 1) !== 0,
    method: bytes.readUInt16LE(at + 8),
    compressedSize: isUnknown ? null : compressedSize,
    size: isLater ? null : size,
    crc32: isLater ? null : bytes.readUInt32LE(at + 14),
  };
}

/** Size and compressed size of the zip64 extra field, which in a local header has both (APPNOTE 4.5.3). */
function zip64Sizes(extra: Buffer): readonly number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1 || at + 20 > extra.length) continue;
    return [Number(extra.readBigUInt64LE(at + 4)), Number(extra.readBigUInt64LE(at + 12))];
  }
  return [];
}
