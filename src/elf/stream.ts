import { type ElfOutline, headerSize, outlineSize, readElfOutline } from "./outline.ts";

/** Takes bytes in order, in pieces of any length that are only lent, and is told when no more come. */
export interface ByteSink {
  write(bytes: Uint8Array): void;
  end(): void;
}

/** Bytes of a file, from `start` up to before `end`, and who wants them. */
export interface WantedRange extends ByteRange {
  readonly sink: ByteSink;
}

/** Bytes of a file, from `start` up to before `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Passes parts of an ELF file on as it streams by. `plan` is asked once, when the program headers are known, which parts
 * are wanted; each sink gets its own and, where the file ends early, less. What is no ELF file is never asked about.
 */
export function createElfStream(plan: (outline: ElfOutline) => readonly WantedRange[]): ByteSink {
  let head: Uint8Array = new Uint8Array(0);
  let ranges: readonly WantedRange[] | null = null;
  let position = 0;

  const pass = (bytes: Uint8Array): void => {
    if (ranges === null || ranges.length === 0) return;
    const from = position;
    position += bytes.length;
    let isOneOver = false;
    for (const { start, end, sink } of ranges) {
      if (start < position && end > from) sink.write(bytes.subarray(Math.max(0, start - from), end - from));
      if (end <= position) {
        sink.end();
        isOneOver = true;
      }
    }
    if (isOneOver) ranges = ranges.filter(({ end }) => end > position);
  };

  return {
    write(bytes) {
      if (ranges !== null) return pass(bytes);
      head = head.length === 0 ? bytes : Buffer.concat([head, bytes]);
      if (head.length < headerSize) {
        head = Uint8Array.from(head);
        return;
      }
      const size = outlineSize(head);
      if (size !== null && head.length < size) {
        head = Uint8Array.from(head);
        return;
      }
      const outline = readElfOutline(head);
      ranges = outline === null ? [] : plan(outline).filter(({ start, end }) => start < end);
      pass(head);
      head = new Uint8Array(0);
    },
    end() {
      for (const { sink } of ranges ?? []) sink.end();
      ranges = [];
    },
  };
}

/** `ranges` sorted, and those that overlap or touch as one, so that no byte is looked at twice. */
export function mergedRanges(ranges: readonly ByteRange[]): readonly ByteRange[] {
  const merged: ByteRange[] = [];
  for (const range of ranges.filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last === undefined || last.end < range.start) merged.push(range);
    else merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
  }
  return merged;
}
