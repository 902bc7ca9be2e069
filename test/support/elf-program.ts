/** A part of a made program that is loaded into memory. */
export interface LoadedPart {
  readonly content: Uint8Array;
  readonly writable?: boolean;
  readonly executable?: boolean;
  /** A note besides. */
  readonly note?: boolean;
}

/** What a made program consists of. */
export interface ElfProgramParts {
  readonly bits?: 32 | 64;
  readonly littleEndian?: boolean;
  readonly loaded?: readonly LoadedPart[];
  /** What stands between the loaded parts and the section headers. */
  readonly unloaded?: Uint8Array;
}

/** The first byte of a made program has this address. */
export const baseAddress = 0x400000;

/** Where in the file the loaded parts begin, and where they end. */
export function elfPlaces({ bits = 64, loaded = [] }: ElfProgramParts): readonly number[] {
  const [headerSize, entrySize] = bits === 64 ? [64, 56] : [52, 32];
  const notes = loaded.filter(({ note }) => note === true).length;
  const places = [aligned(headerSize + (loaded.length + notes) * entrySize)];
  for (const { content } of loaded) places.push(aligned((places.at(-1) ?? 0) + content.length));
  return places;
}

/** An ELF program that can be read, not run. Loaded parts begin at multiples of 16. */
export function elfProgram(parts: ElfProgramParts = {}): Buffer {
  const { bits = 64, littleEndian = true, loaded = [], unloaded = new Uint8Array(0) } = parts;
  const [headerSize, entrySize] = bits === 64 ? [64, 56] : [52, 32];
  const places = elfPlaces(parts);
  const end = places.at(-1) ?? 0;
  const entries = loaded.flatMap((part, index) => {
    const entry = { ...part, type: 1, start: places[index] ?? 0 };
    return part.note === true ? [{ ...entry, type: 4 }, entry] : [entry];
  });
  const sectionsAt = end + unloaded.length;
  const bytes = Buffer.alloc(sectionsAt + 64);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const half = (at: number, value: number) => view.setUint16(at, value, littleEndian);
  const int = (at: number, value: number) => view.setUint32(at, value, littleEndian);
  const word = (at: number, value: number) =>
    bits === 64 ? view.setBigUint64(at, BigInt(value), littleEndian) : int(at, value);

  bytes.set([0x7f, 0x45, 0x4c, 0x46, bits / 32, littleEndian ? 1 : 2, 1]);
  half(16, 2);
  half(18, bits === 64 ? 62 : 3);
  word(bits === 64 ? 32 : 28, headerSize);
  word(bits === 64 ? 40 : 32, sectionsAt);
  half(bits === 64 ? 54 : 42, entrySize);
  half(bits === 64 ? 56 : 44, entries.length);
  for (const [index, { type, start, content, writable = false, executable = false }] of entries.entries()) {
    const at = headerSize + index * entrySize;
    int(at, type);
    int(at + (bits === 64 ? 4 : 24), 4 + (writable ? 2 : 0) + (executable ? 1 : 0));
    word(at + (bits === 64 ? 8 : 4), start);
    word(at + (bits === 64 ? 16 : 8), baseAddress + start);
    word(at + (bits === 64 ? 32 : 16), content.length);
    bytes.set(content, start);
  }
  bytes.set(unloaded, end);
  return bytes;
}

/** Gives `bytes` to `reader` in pieces of `size` that are overwritten afterwards, and returns what it ends with. */
export function readInPieces<Result>(
  reader: { write(piece: Uint8Array): void; end(): Result },
  bytes: Uint8Array,
  size: number,
): Result {
  for (let at = 0; at < bytes.length; at += size) {
    const piece = Uint8Array.from(bytes.subarray(at, at + size));
    reader.write(piece);
    piece.fill(0xaa);
  }
  return reader.end();
}

function aligned(offset: number): number {
  return (offset + 15) & ~15;
}
