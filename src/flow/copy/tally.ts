import type { CopyEvent } from "../../content/copy.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Report } from "../ports.ts";

type Of<Kind extends CopyEvent["kind"]> = Extract<CopyEvent, { readonly kind: Kind }>;

/** Counts what a copy does, and tells how far it is. */
export interface Tally {
  /** Takes one event after the other. */
  readonly take: (event: CopyEvent) => void;
  /** Bytes so far: sent, and of the content that was there. */
  bytes(): { readonly copied: number; readonly existing: number };
  readonly referrers: readonly Of<"referrer">[];
  readonly attached: readonly Of<"attached">[];
  readonly leftOut: readonly Of<"left-out">[];
}

/** A tally of copying the content of `sizes`, in bytes by digest, and of what refers to it. */
export function createTally(sizes: ReadonlyMap<Digest, number>, report: Report): Tally {
  const known = new Map(sizes);
  const referrers: Of<"referrer">[] = [];
  const attached: Of<"attached">[] = [];
  const leftOut: Of<"left-out">[] = [];
  let copied = 0;
  let done = 0;
  const total = () => [...known.values()].reduce((sum, size) => sum + size, 0);
  const all = total();
  const advance = (bytes: number) => {
    done += bytes;
    report.advance(done, all);
  };
  return {
    referrers,
    attached,
    leftOut,
    bytes: () => ({ copied, existing: total() - copied }),
    take(event) {
      const { descriptor } = event;
      if (event.kind === "referrer") referrers.push(event);
      else if (event.kind === "attached") attached.push(event);
      else if (event.kind === "left-out") leftOut.push(event);
      else if (event.kind === "bytes") {
        copied += event.bytes;
        advance(event.bytes);
      } else {
        known.set(descriptor.digest, descriptor.size);
        if (event.outcome === "existing") advance(descriptor.size);
      }
    },
  };
}
