import type { Target } from "../oci/graph.ts";

/** A target that keeps nothing; for measuring what stands before it. */
export interface DiscardTarget extends Target {
  /** Bytes taken so far. */
  bytes(): number;
  /** Pushes completed so far. */
  pushes(): number;
}

/** A target that reads all it is given, counts it and verifies nothing. */
export function createDiscardTarget(): DiscardTarget {
  let bytes = 0;
  let pushes = 0;
  return {
    borrows: true,
    bytes: () => bytes,
    pushes: () => pushes,
    async exists() {
      return false;
    },
    async push(_descriptor, content) {
      for await (const chunk of content) bytes += chunk.length;
      pushes += 1;
    },
    async tag() {},
  };
}
