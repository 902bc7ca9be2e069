import { fromBytes } from "../../archive/bytes.ts";
import { type Sample, sampleOf, sampleSize } from "./sample.ts";

/** One document of a feed: a file of its own, or a member of an archive. */
export interface FeedDocument {
  /** What messages call it: the file's name, for a member `archive/member`. */
  readonly name: string;
  readonly sample: Sample;
  /** When a member was changed, as its archive says; null for a file of its own. */
  readonly changed: Date | null;
  /** The content, uncompressed; each call reads it anew. */
  bytes(): AsyncIterable<Uint8Array>;
}

/** A document whose uncompressed `content` is in memory. Throws VULN_FORMAT_INVALID for what begins as JSON and is none. */
export function documentOf(
  content: Uint8Array,
  { name, changed }: Pick<FeedDocument, "name" | "changed">,
): FeedDocument {
  return { name, changed, sample: sampleOf(content.subarray(0, sampleSize), name), bytes: () => fromBytes(content) };
}
