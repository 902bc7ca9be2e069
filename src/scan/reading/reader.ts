import type { ContentReader, Reading } from "../cataloger.ts";
import { ScanError } from "../error.ts";
import { bytesInMemory, type RandomBytes } from "./random-bytes.ts";
import type { TemporaryFile, TemporaryFiles } from "./temporary-files.ts";

/** Contents that are read at places anywhere in them are held in memory up to this size, in bytes. */
export const heldSize = 2 ** 24;

/** Reads a content of `size` bytes as `reading` has it; `files` is for what is too large to be held. */
export function readerOf(
  reading: Reading<unknown>,
  content: { readonly size: number; readonly files: TemporaryFiles },
): ContentReader<unknown> {
  const { size, files } = content;
  if ("stream" in reading) return reading.stream();
  if (size > reading.limit) return tooLarge(size, reading.limit);
  if ("read" in reading) return held(size, reading.read);
  const { readAt } = reading;
  return size <= heldSize ? held(size, (bytes) => readAt(bytesInMemory(bytes))) : copied(files.open(), readAt);
}

function held(size: number, read: (content: Uint8Array) => unknown): ContentReader<unknown> {
  let content: Uint8Array | null = null;
  let filled = 0;
  return {
    write(piece) {
      content ??= new Uint8Array(size);
      content.set(piece, filled);
      filled += piece.length;
    },
    end: () => read(content ?? new Uint8Array(0)),
  };
}

function copied(file: TemporaryFile, read: (content: RandomBytes) => unknown): ContentReader<unknown> {
  return {
    write: (piece) => file.write(piece),
    end() {
      try {
        return read(file.content());
      } finally {
        file.close();
      }
    },
  };
}

function tooLarge(size: number, limit: number): ContentReader<unknown> {
  return {
    write() {},
    end() {
      throw new ScanError("SCAN_FILE_INVALID", `it has ${size} bytes, of which more than ${limit} are not read`, {
        hint: "no ordinary file of this name is this large; what it names is missing from the list",
      });
    },
  };
}
