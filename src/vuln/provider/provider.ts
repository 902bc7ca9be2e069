import type { FeedDocument } from "../feed/document.ts";
import type { Sample } from "../feed/sample.ts";
import type { IndexWriter, OriginFile } from "../index/write.ts";

/** A reader of one published format of advisories. Adding a format is adding a file here and a line in `list.ts`. */
export interface Provider {
  /** The format's name, as reports say it. */
  readonly format: string;
  /** Whether a document that begins like `sample` has this format. Decides by content alone. */
  recognises(sample: Sample): boolean;
  /** Begins with a file: one document, or all of an archive's that have this format. */
  begin(target: Target): Reading;
}

/** Where the records of one file go. */
export interface Target {
  /** What to register with the writer. */
  readonly origin: OriginFile;
  readonly writer: IndexWriter;
}

/** The reading of one file. */
export interface Reading {
  /** Reads a document into the index. Throws VULN_FORMAT_INVALID naming file and line. */
  read(document: FeedDocument): Promise<void>;
  /** Must be called when all documents have been read. */
  finish(): ReadOutcome;
}

/** How many records went into the index, with what else is to be said of them in sentences, or why none did. */
export type ReadOutcome =
  | { readonly used: true; readonly records: number; readonly notes?: readonly string[] }
  | { readonly used: false; readonly reason: string };
