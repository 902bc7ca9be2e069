import type { TarSink } from "../../archive/tar-read.ts";
import type { FileType } from "../model.ts";

/** Reads files as they stream past and says, as JSON, what it found in each. */
export interface Finder {
  /**
   * How the content of the file at `path` is read, whose first bytes, at most `tarStartSize`, are `start`; null where it is
   * not. Files without content are not asked about.
   */
  open(path: string, file: FinderFile, start: Uint8Array): FindingSink | null;
  /** Whether it would read a file at `path` whatever its content; asked for hard links, whose content stands elsewhere. */
  wants(path: string): boolean;
}

/** What a finder is told of a file. */
export interface FinderFile {
  readonly size: number;
  readonly type: FileType;
}

/** Takes the pieces of a content, which are only lent. */
export interface FindingSink {
  write(piece: Uint8Array): void;
  /** What was found, as JSON; null for nothing. */
  end(): unknown;
}

/** `sink` for a reader of archives, `found` being told what it found. */
export function tarSink(sink: FindingSink, found: (finding: unknown) => void): TarSink {
  return { write: (piece) => sink.write(piece), end: () => found(sink.end()) };
}
