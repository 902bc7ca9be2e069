import type { Sample } from "../feed/sample.ts";
import type { IndexWriter, OriginFile } from "../index/write.ts";

/** A reader of one published format of advisories. Adding a format is adding a file here and a line in `list.ts`. */
export interface Provider {
  /** The format's name, as reports say it. */
  readonly format: string;
  /** Whether a feed that begins like `sample` has this format. Decides by content alone. */
  recognises(sample: Sample): boolean;
  /**
   * Reads the whole feed into `writer`. Throws VULN_FORMAT_INVALID naming file and line. null says that it was read, and
   * that nothing in it is of use; the reason is for the report.
   */
  read(feed: Feed, writer: IndexWriter): Promise<ReadOutcome>;
}

/** A feed as a provider gets it. */
export interface Feed {
  /** Path on disk, for formats that need to seek. */
  readonly path: string;
  readonly sample: Sample;
  /** What to register with the writer. */
  readonly origin: OriginFile;
  readonly now: Date;
  /** The content, uncompressed; each call reads it anew. */
  bytes(): AsyncIterable<Uint8Array>;
}

/** How many records went into the index, or why none did. */
export type ReadOutcome =
  | { readonly used: true; readonly records: number }
  | { readonly used: false; readonly reason: string };
