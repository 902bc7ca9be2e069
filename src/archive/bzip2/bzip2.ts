import { type Bytes, collect, fromBytes, limited, type ReadLimit } from "../bytes.ts";
import { ArchiveError } from "../error.ts";
import { type BitReader, bitReader } from "./bits.ts";
import { type Block, readBlock } from "./block.ts";
import { crcTable } from "./crc.ts";

/**
 * Decompresses bzip2, any number of streams one after the other, in chunks of up to 256 KiB, all on this
 * thread. Throws BZIP2_INVALID for damage, wrong checksums, truncation and bytes after the end, ARCHIVE_TOO_LARGE when
 * more than `limit` bytes come out.
 */
export function bunzip2(source: Bytes, options: ReadLimit): Bytes {
  return limited(decode(source, options.what), options);
}

/** `bunzip2` over bytes in memory. */
export async function bunzip2Bytes(bytes: Uint8Array, options: ReadLimit): Promise<Uint8Array> {
  return await collect(bunzip2(fromBytes(bytes), options), options);
}

/** More than any block takes: 900 000 symbols of 20 bits, and tables. */
const blockWindow = 3 << 20;
const chunkSize = 1 << 18;
const blockMark = 0x314159265359;
const endMark = 0x177245385090;

async function* decode(source: Bytes, what: string): AsyncGenerator<Uint8Array> {
  const invalid = (problem: string) => invalidBzip2(what, problem);
  const reader = bitReader(source, () => invalid("it ends too early"));
  try {
    await reader.fill(blockWindow);
    do {
      yield* decodeStream(reader, invalid);
      reader.align();
      await reader.fill(blockWindow);
    } while (!reader.isEmpty());
  } finally {
    await reader.close();
  }
}

/** One stream: its blocks, each with its own checksum, and a checksum of these. */
async function* decodeStream(
  reader: BitReader,
  invalid: (problem: string) => ArchiveError,
): AsyncGenerator<Uint8Array> {
  const level = readLevel(reader, invalid);
  let combined = 0;
  for (;;) {
    await reader.fill(blockWindow);
    const mark = reader.bits(24) * 2 ** 24 + reader.bits(24);
    if (mark === endMark) break;
    if (mark !== blockMark) throw invalid("a block has no mark");
    const block = readBlock(reader, { capacity: 100_000 * level, invalid });
    const crc = yield* blockContent(block);
    if (crc !== block.crc) throw invalid("a block has a wrong checksum");
    combined = (((combined << 1) | (combined >>> 31)) ^ crc) >>> 0;
  }
  if (reader.bits(16) * 2 ** 16 + reader.bits(16) !== combined) throw invalid("it has a wrong checksum");
}

function readLevel(reader: BitReader, invalid: (problem: string) => ArchiveError): number {
  const isMark = reader.bits(24) === 0x425a68;
  const level = reader.bits(8) - 0x30;
  if (isMark && level >= 1 && level <= 9) return level;
  throw invalid("it does not begin with bzip2's mark, or has other bytes after its end");
}

/** The content of a block, whose runs of four are followed by how often the byte is repeated; returns its CRC-32. */
function* blockContent({ chain, first }: Block): Generator<Uint8Array, number> {
  let out = new Uint8Array(chunkSize);
  let filled = 0;
  let crc = 0xffffffff;
  let link = first;
  let last = -1;
  let same = 0;
  for (let left = chain.length; left > 0; left--) {
    const entry = chain[link] ?? 0;
    link = entry >>> 8;
    const byte = entry & 0xff;
    const isCount = same === 4;
    const value = isCount ? last : byte;
    same = isCount ? 0 : byte === last ? same + 1 : 1;
    last = isCount ? -1 : byte;
    for (let times = isCount ? byte : 1; times > 0; times--) {
      crc = (crc << 8) ^ (crcTable[((crc >>> 24) ^ value) & 0xff] ?? 0);
      out[filled++] = value;
    }
    if (filled + 256 <= chunkSize) continue;
    yield out.subarray(0, filled);
    out = new Uint8Array(chunkSize);
    filled = 0;
  }
  if (filled > 0) yield out.subarray(0, filled);
  return ~crc >>> 0;
}

function invalidBzip2(what: string, problem: string): ArchiveError {
  return new ArchiveError("BZIP2_INVALID", `${what} is not valid bzip2 data: ${problem}`, {
    hint: "the file is damaged or was cut short; fetch it again",
  });
}
