import type { Bytes } from "./bytes.ts";
import { type ByteReader, byteReader } from "./reader.ts";
import { paddedSize, type TarOptions, tarCore } from "./tar-core.ts";
import { blockSize, type TarHeader } from "./tar-header.ts";

export type { TarHeader } from "./tar-header.ts";

/** An entry and its content, which can be read until the next entry is asked for; what is not read is skipped. */
export interface TarEntry {
  readonly header: TarHeader;
  readonly content: Bytes;
}

/**
 * Reads a tar archive (POSIX ustar and pax, GNU long names) entry by entry. A missing end mark is accepted, as by all
 * tar programs. Throws TAR_INVALID, TAR_TRUNCATED, TAR_SPARSE, TAR_PATH_UNSAFE, TAR_LINK_UNSAFE and ARCHIVE_TOO_LARGE.
 */
export async function* readTar(source: Bytes, options: TarOptions = {}): AsyncGenerator<TarEntry> {
  const core = tarCore(options);
  const reader = byteReader(source);
  try {
    for (;;) {
      const block = await reader.take(blockSize);
      if (block.length === 0) break;
      if (block.length < blockSize) throw core.truncated();
      const step = core.block(block);
      if (step.kind === "end") break;
      if (step.kind === "extension") core.extension(await exactly(reader, step.size, core.truncated));
      if (step.kind === "entry") {
        const content = entryContent(reader, step.size, core.truncated);
        yield { header: step.header, content: content.bytes };
        await content.finish();
      }
    }
    core.finish();
  } finally {
    await reader.close();
  }
}

/** What a push parser calls, synchronously and in the archive's order. Errors thrown in it come out of `write`. */
export interface TarHandler {
  /** Called for every entry. Returns how many bytes of content to keep at most: a larger file, or 0, is skipped. */
  entry(header: TarHeader): number;
  /**
   * Called, where there is such a function, with the first bytes of every file that has any: at most `tarStartSize`. The
   * array must not be kept. Returns how many bytes of content to keep at most; what `entry` asked for is kept anyway. A
   * sink instead takes the content as it comes, from its first byte, and nothing is kept.
   */
  start?(header: TarHeader, start: Uint8Array): number | TarSink;
  /**
   * Called when the content of a kept file is complete, also of an empty one that `entry` asked to keep. The array may
   * be kept; it is a view into the written chunk where the content makes up most of that chunk.
   */
  file(header: TarHeader, content: Uint8Array): void;
}

/** Takes the content of one file in pieces, which are only lent, and is told when it is complete. */
export interface TarSink {
  write(piece: Uint8Array): void;
  end(): void;
}

/** How many bytes of each file `TarHandler.start` is shown. */
export const tarStartSize = 256;

/** Takes an archive in chunks of any size. */
export interface TarParser {
  write(chunk: Uint8Array): void;
  /** How many bytes the archive has, end mark included; null while that has not come. What is written after it is not read. */
  readonly size: number | null;
  /** Must be called after the last chunk. Throws TAR_TRUNCATED. */
  end(): void;
}

/** The same reading as `readTar`, pushed instead of pulled: skipped content costs nothing. The errors are the same. */
export function createTarParser(handler: TarHandler, options: TarOptions = {}): TarParser {
  const core = tarCore(options);
  const head = new Uint8Array(blockSize);
  let headLength = 0;
  let skip = 0;
  let kept: Kept | null = null;
  let poured: Poured | null = null;
  let ended = false;
  let size = 0;

  const begin = (block: Uint8Array) => {
    const step = core.block(block);
    ended = step.kind === "end";
    if (step.kind === "zero" || step.kind === "end") return;
    skip = paddedSize(step.size);
    if (step.kind === "extension") {
      kept = keep(step.size, core.extension);
      return;
    }
    const { header } = step;
    const most = handler.entry(header);
    if (header.type !== "file") return;
    if (handler.start !== undefined && header.size > 0) kept = keep(startSize(header), showStart(header, most), true);
    else if (most > 0 && most >= header.size) kept = keep(header.size, (content) => handler.file(header, content));
  };

  const showStart = (header: TarHeader, most: number) => (start: Uint8Array) => {
    const asked = handler.start?.(header, start) ?? 0;
    if (typeof asked !== "number") {
      asked.write(start);
      poured = { sink: asked, left: header.size - start.length };
      if (poured.left === 0) finishPouring(asked);
      return;
    }
    if (Math.max(most, asked) < header.size) return;
    const done = (content: Uint8Array) => handler.file(header, content);
    if (start.length === header.size) done(new Uint8Array(start));
    else kept = { size: header.size, done, lent: false, filled: start.length, content: grown(start, header.size) };
  };

  const deliver = () => {
    const complete = kept;
    kept = null;
    complete?.done(complete.content ?? new Uint8Array(0));
  };

  const finishPouring = (sink: TarSink) => {
    poured = null;
    sink.end();
  };

  return {
    write(chunk) {
      let offset = 0;
      while (offset < chunk.length && !ended) {
        if (poured !== null) {
          const piece = chunk.subarray(offset, offset + poured.left);
          offset += piece.length;
          skip -= piece.length;
          poured.left -= piece.length;
          poured.sink.write(piece);
          if (poured.left === 0) finishPouring(poured.sink);
        } else if (kept !== null) {
          const used = fill(kept, chunk, offset);
          offset += used;
          skip -= used;
          if (kept.filled === kept.size) deliver();
        } else if (skip > 0) {
          const used = Math.min(skip, chunk.length - offset);
          offset += used;
          skip -= used;
        } else if (headLength === 0 && chunk.length - offset >= blockSize) {
          begin(chunk.subarray(offset, offset + blockSize));
          offset += blockSize;
        } else {
          const piece = chunk.subarray(offset, offset + blockSize - headLength);
          head.set(piece, headLength);
          headLength += piece.length;
          offset += piece.length;
          if (headLength === blockSize) {
            headLength = 0;
            begin(head);
          }
        }
      }
      size += offset;
    },
    get size() {
      return ended ? size : null;
    },
    end() {
      if (ended) return;
      if (headLength > 0 || skip > 0) throw core.truncated();
      core.finish();
    },
  };
}

/** Content being gathered: `filled` of `size` bytes are there. */
interface Kept {
  readonly size: number;
  readonly done: (content: Uint8Array) => void;
  /** Whether `done` is through with the content when it returns. */
  readonly lent: boolean;
  filled: number;
  content: Uint8Array | null;
}

/** Content on its way into a sink: `left` bytes are still to come. */
interface Poured {
  readonly sink: TarSink;
  left: number;
}

/** Begins to gather `size` bytes; with none to wait for it is done at once. */
function keep(size: number, done: (content: Uint8Array) => void, lent = false): Kept | null {
  if (size > 0) return { size, done, lent, filled: 0, content: null };
  done(new Uint8Array(0));
  return null;
}

function startSize(header: TarHeader): number {
  return Math.min(header.size, tarStartSize);
}

/** `start` with room for the rest. */
function grown(start: Uint8Array, size: number): Uint8Array {
  const content = new Uint8Array(size);
  content.set(start);
  return content;
}

/** Takes from `chunk` what is still wanted and says how much that was. */
function fill(kept: Kept, chunk: Uint8Array, offset: number): number {
  const piece = chunk.subarray(offset, offset + kept.size - kept.filled);
  if (piece.length === kept.size) {
    kept.content = kept.lent || piece.length * 2 >= piece.buffer.byteLength ? piece : new Uint8Array(piece);
  } else {
    kept.content ??= new Uint8Array(kept.size);
    kept.content.set(piece, kept.filled);
  }
  kept.filled += piece.length;
  return piece.length;
}

async function exactly(reader: ByteReader, size: number, truncated: () => Error): Promise<Uint8Array> {
  const content = (await reader.take(paddedSize(size))).subarray(0, size);
  if (content.length < size) throw truncated();
  return content;
}

/** The content of one entry; `finish` skips what was not read, padding included. */
function entryContent(
  reader: ByteReader,
  size: number,
  truncated: () => Error,
): { bytes: Bytes; finish(): Promise<void> } {
  let left = size;
  let open = true;
  const next = async (limit: number): Promise<Uint8Array> => {
    const piece = await reader.some(limit);
    if (piece === null) throw truncated();
    return piece;
  };
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (!open) throw new Error("the content of a tar entry was read after the next entry had been asked for");
      if (left === 0) return;
      const piece = await next(left);
      left -= piece.length;
      yield piece;
    }
  }
  return {
    bytes: { [Symbol.asyncIterator]: bytes },
    async finish() {
      open = false;
      let skip = left + paddedSize(size) - size;
      left = 0;
      while (skip > 0) skip -= (await next(skip)).length;
    },
  };
}
