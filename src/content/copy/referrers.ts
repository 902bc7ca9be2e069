import { CodedError } from "../../error.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Source } from "../../oci/graph.ts";
import { readDocument } from "../../oci/image.ts";
import { parseIndex, refuseDeepNesting } from "../../oci/image-index.ts";
import { invalidDocument } from "../../oci/json.ts";
import { isDocument, isIndex } from "../../oci/media-type.ts";
import { readReferrer } from "../../oci/referrer.ts";

/** A referrer that a source lists: `found` and checked, or `left-out` with the reason why it cannot be taken. */
export type ListedReferrer =
  | { readonly kind: "found"; readonly descriptor: Descriptor; readonly subject: Digest }
  | {
      readonly kind: "left-out";
      readonly descriptor: Descriptor;
      readonly subject: Digest;
      readonly reason: "absent" | "refers to something else" | "neither manifest nor index";
    };

/** Referrers of referrers are followed so far; a signature of an attestation of an image is the second. */
const maximumDepth = 8;
const maximumReferrers = 10_000;

/**
 * The referrers of every manifest and index of the graph below `root`, and theirs in turn, each once: those of one subject
 * in the source's order, before what refers to them. A list is not believed: every referrer's own document is read, verified
 * and must name the subject it is listed for. Throws OCI_DOCUMENT_INVALID for more than 10 000, or a chain longer than 8.
 */
export async function* referrersBelow(
  source: Source,
  root: Descriptor,
  signal: AbortSignal,
): AsyncGenerator<ListedReferrer, void, undefined> {
  const walk: ReferrerWalk = { source, signal, subjects: new Set(), count: 0 };
  yield* below(walk, root, 0);
}

/** The manifests and indices of the graph below `root`, each once: children before what points to them. */
export async function documentsBelow(
  source: Source,
  root: Descriptor,
  signal: AbortSignal,
): Promise<readonly Descriptor[]> {
  return await documentsOf({ source, signal, subjects: new Set() }, root, 0);
}

interface DocumentWalk {
  readonly source: Source;
  readonly signal: AbortSignal;
  /** What was asked about already. */
  readonly subjects: Set<Digest>;
}

interface ReferrerWalk extends DocumentWalk {
  count: number;
}

async function* below(walk: ReferrerWalk, root: Descriptor, depth: number): AsyncGenerator<ListedReferrer> {
  for (const subject of await documentsOf(walk, root, 0)) {
    walk.signal.throwIfAborted();
    const listed = (await walk.source.referrers?.(subject, { signal: walk.signal })) ?? [];
    if (listed.length > 0 && depth >= maximumDepth) {
      throw invalidDocument(`${subject.digest} is a referrer in a chain of more than ${maximumDepth}`);
    }
    for (const descriptor of listed) {
      walk.count += 1;
      if (walk.count > maximumReferrers) {
        throw invalidDocument(`${root.digest} has more than ${maximumReferrers} referrers`);
      }
      const checked = await check(walk, descriptor, subject.digest);
      yield checked;
      if (checked.kind === "found") yield* below(walk, checked.descriptor, depth + 1);
    }
  }
}

/** The manifests and indices of a graph that were not asked about yet: children before what points to them. */
async function documentsOf(walk: DocumentWalk, descriptor: Descriptor, depth: number): Promise<readonly Descriptor[]> {
  const { digest, mediaType } = descriptor;
  if (walk.subjects.has(digest) || !isDocument(mediaType)) return [];
  refuseDeepNesting(digest, depth);
  walk.subjects.add(digest);
  if (!isIndex(mediaType)) return [descriptor];
  const bytes = await readDocument(walk.source, descriptor, walk.signal);
  const found: Descriptor[] = [];
  for (const child of parseIndex(bytes, `the index ${digest}`).manifests) {
    found.push(...(await documentsOf(walk, child, depth + 1)));
  }
  return [...found, descriptor];
}

async function check(walk: ReferrerWalk, descriptor: Descriptor, subject: Digest): Promise<ListedReferrer> {
  if (!isDocument(descriptor.mediaType)) {
    return { kind: "left-out", descriptor, subject, reason: "neither manifest nor index" };
  }
  const bytes = await readDocument(walk.source, descriptor, walk.signal).catch((cause: unknown) => {
    if (cause instanceof CodedError && cause.code.endsWith("_NOT_FOUND")) return null;
    throw cause;
  });
  if (bytes === null) return { kind: "left-out", descriptor, subject, reason: "absent" };
  const referrer = readReferrer(descriptor, bytes);
  if (referrer?.subject.digest !== subject) {
    return { kind: "left-out", descriptor, subject, reason: "refers to something else" };
  }
  return { kind: "found", descriptor: referrer.descriptor, subject };
}
