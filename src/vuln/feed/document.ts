import { fromBytes } from "../../archive/bytes.ts";
import { type Sample, sampleOf, sampleSize } from "./sample.ts";

/** One document of a feed: a file of its own, or a member of an archive. */
export interface FeedDocument {
  /** What messages call it: the file's name, for a member `archive/member`. */
  readonly name: string;
  readonly sample: Sample;
  /** The content, uncompressed; each call reads it anew. */
  bytes(): AsyncIterable<Uint8Array>;
}

/** A document whose uncompressed `content` is in memory. Throws VULN_FORMAT_INVALID for what begins as JSON and is none. */
export function documentOf(content: Uint8Array, name: string): FeedDocument {
  return { name, sample: sampleOf(content.subarray(0, sampleSize), name), bytes: () => fromBytes(content) };
}
