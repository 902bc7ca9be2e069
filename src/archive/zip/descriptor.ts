/** Where the content of an entry ends whose size only its data descriptor tells (APPNOTE 4.3.9). */
export interface ContentEnd {
  /** Just behind the last byte of the content. */
  readonly at: number;
  /** Where to read on. */
  readonly next: number;
  readonly crc32: number;
}

/** What a search for a data descriptor came to: its place, or up to where the bytes are certainly content. */
export type DescriptorSearch = { readonly found: ContentEnd } | { readonly found: null; readonly contentUntil: number };

/** So many bytes before a header may belong to a descriptor without signature, in its zip64 form. */
const longestDescriptor = 20;
const shortestSigned = 16;

/**
 * Looks for the descriptor that ends the content beginning before `bytes[from]`, of which `offset` bytes were before it.
 * A descriptor counts where the compressed size in it is that of the content up to it: with a signature of its own, or
 * without one before the next header. The caller presents what is not `contentUntil` again, with more behind it.
 */
export function findDescriptor(bytes: Buffer, from: number, offset: number): DescriptorSearch {
  for (let at = bytes.indexOf("PK", from, "latin1"); at >= 0; at = bytes.indexOf("PK", at + 1, "latin1")) {
    if (at + shortestSigned > bytes.length) return { found: null, contentUntil: before(at, from) };
    const kind = bytes.readUInt16BE(at + 2);
    const length = offset + at - from;
    if (kind === 0x0708 && bytes.readUInt32LE(at + 8) === length % 2 ** 32) {
      return { found: { at, next: at + shortestSigned, crc32: bytes.readUInt32LE(at + 4) } };
    }
    if (kind === 0x0304 || kind === 0x0102) {
      const end = unsigned(bytes, { header: at, from, length });
      if (end !== null) return { found: end };
    }
  }
  return { found: null, contentUntil: before(bytes.length - 1, from) };
}

function before(at: number, from: number): number {
  return Math.max(from, at - longestDescriptor);
}

/** The descriptor without signature before `header`: checksum, compressed size and size, the sizes of 4 or 8 bytes. */
function unsigned(
  bytes: Buffer,
  place: { readonly header: number; readonly from: number; readonly length: number },
): ContentEnd | null {
  for (const size of [12, longestDescriptor]) {
    const at = place.header - size;
    const length = place.length - size;
    if (at < place.from || bytes.readUInt32LE(at + 4) !== length % 2 ** 32) continue;
    return { at, next: place.header, crc32: bytes.readUInt32LE(at) };
  }
  return null;
}
