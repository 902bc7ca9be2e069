import type { IndexWriter } from "../../index/write.ts";

/** Where what a record says goes, and how its CVSS vectors are scored. */
export interface OsvContext {
  readonly origin: number;
  readonly writer: IndexWriter;
  /** The base score of a vector; null where it cannot be computed. */
  readonly score: (vector: string) => number | null;
}
