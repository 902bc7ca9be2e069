import { randomUUID } from "node:crypto";
import { closeSync, openSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ScanError } from "../error.ts";
import { bytesOfFile } from "./file-bytes.ts";
import type { RandomBytes } from "./random-bytes.ts";

/** Bytes on disk, without a name: what is left of them when the process ends, the system takes away. */
export interface TemporaryFile {
  /** Adds to the end. Throws SCAN_FILE_INVALID where there is no room or no permission, and is closed then. */
  write(piece: Uint8Array): void;
  /** What was written, to be read until it is closed. */
  content(): RandomBytes;
  close(): void;
}

/** Temporary files that are open. */
export interface TemporaryFiles {
  /** A new one, that takes room from its first bytes on. */
  open(): TemporaryFile;
  /** Whether some bytes could not be written: not for what they are, but for this machine. */
  hasFailed(): boolean;
  /** Closes those that nobody closed, as the reading of an archive ended in the middle of a file. */
  close(): void;
}

/** Temporary files in `folder`, the system's own unless given. */
export function createTemporaryFiles(folder: string = tmpdir()): TemporaryFiles {
  const descriptors = new Set<number>();
  let isFailed = false;

  const create = () => {
    const path = join(folder, `hardpan-${randomUUID()}`);
    const descriptor = openSync(path, "wx+", 0o600);
    descriptors.add(descriptor);
    unlinkSync(path);
    return descriptor;
  };
  const close = (descriptor: number) => {
    if (descriptors.delete(descriptor)) closeSync(descriptor);
  };
  return {
    open() {
      let descriptor: number | null = null;
      let length = 0;
      const closeThis = () => {
        if (descriptor !== null) close(descriptor);
      };
      return {
        write(piece) {
          try {
            descriptor ??= create();
            for (let done = 0; done < piece.length; ) done += writeSync(descriptor, piece, done);
          } catch (cause) {
            isFailed = true;
            closeThis();
            throw unwritable(folder, cause);
          }
          length += piece.length;
        },
        content: () => bytesOfFile(descriptor ?? -1, length),
        close: closeThis,
      };
    },
    hasFailed: () => isFailed,
    close() {
      for (const descriptor of descriptors) close(descriptor);
    },
  };
}

function unwritable(folder: string, cause: unknown): ScanError {
  const reason = cause instanceof Error ? `: ${cause.message}` : "";
  return new ScanError(
    "SCAN_FILE_INVALID",
    `it is too large to be read without a temporary file in ${folder}${reason}`,
    {
      hint: "make room there, or set TMPDIR to a folder that has room",
      cause,
    },
  );
}
