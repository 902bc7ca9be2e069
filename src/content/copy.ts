import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, isDigest } from "../oci/digest.ts";
import type { Source, Target } from "../oci/graph.ts";
import { readDocument, readImage } from "../oci/image.ts";
import { parseIndex, refuseDeepNesting } from "../oci/image-index.ts";
import { distributableParts, parseManifest } from "../oci/manifest.ts";
import { isDocument, isIndex } from "../oci/media-type.ts";
import type { Platform } from "../oci/platform.ts";
import { type AttachedTag, attachedTags } from "./copy/attached-tags.ts";
import { documentsBelow, type ListedReferrer, referrersBelow } from "./copy/referrers.ts";
import { createLimiter, type Limiter } from "./limiter.ts";
import { once } from "./memory.ts";

/** What to copy, and under which names. */
export interface CopyOptions {
  /** A name the source knows, or a descriptor. */
  readonly reference: string | Descriptor;
  /** Copies only this platform's image out of an index. */
  readonly platform?: Platform;
  /** Copies also what refers to any manifest of the graph, and what refers to that (signatures, bills of materials). */
  readonly referrers?: boolean;
  /** Copies with them what cosign's tags hold for any of these documents, under the same tags; for sources that have tags. */
  readonly attachedTags?: boolean;
  /** Names in the target; by default `reference` itself, where it is a tag. */
  readonly targetReferences?: readonly string[];
  /** Blobs on their way at once; 4 by default, and 1 for a target that is `sequential`. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  readonly progress?: (event: CopyEvent) => void;
}

/**
 * What has happened: bytes of a blob or document went over, or it is `done` (`copied`, or there already, which a registry
 * may know better than we: then no bytes went). A `referrer` is complete in the target, or was `left-out` for the reason
 * given; what an `attached` tag holds is complete there, and has the tag.
 */
export type CopyEvent =
  | { readonly kind: "bytes"; readonly descriptor: Descriptor; readonly bytes: number }
  | { readonly kind: "done"; readonly descriptor: Descriptor; readonly outcome: "copied" | "existing" }
  | { readonly kind: "referrer"; readonly descriptor: Descriptor; readonly subject: Digest }
  | ({ readonly kind: "attached" } & AttachedTag)
  | Extract<ListedReferrer, { readonly kind: "left-out" }>;

/**
 * Copies a whole graph (index, manifests, configurations, layers): children before what points to them, what the target has
 * left out, each content verified by the target, names given last. Returns the root's descriptor. When anything fails, the
 * rest is stopped before the error is thrown. Layers that may not be distributed are left where their manifest says.
 * Referrers follow the root, each listed in the target with its subject, also where its content was there already: the image
 * gets its name when they are complete.
 */
export async function copy(source: Source, target: Target, options: CopyOptions): Promise<Descriptor> {
  const root = await findRoot(source, options);
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const walk: Walk = {
    source,
    target,
    signal,
    limiter: createLimiter(target.sequential ? 1 : (options.concurrency ?? 4)),
    sequential: target.sequential ?? false,
    started: new Map(),
    progress: options.progress ?? (() => {}),
    stop: (cause) => stop.abort(cause),
  };
  signal.throwIfAborted();
  await copyNode(walk, root, 0);
  const referrers = options.referrers === true ? await copyReferrers(walk, root) : [];
  if (options.attachedTags === true) await copyAttachedTags(walk, root, referrers);
  signal.throwIfAborted();
  for (const name of targetNames(options, root)) await target.tag(root, name);
  return root;
}

/** One run of `copy`. */
interface Walk {
  readonly source: Source;
  readonly target: Target;
  readonly signal: AbortSignal;
  readonly limiter: Limiter;
  readonly sequential: boolean;
  /** What was begun, so that content several manifests share goes over once. */
  readonly started: Map<Digest, Promise<void>>;
  readonly progress: (event: CopyEvent) => void;
  readonly stop: (cause: unknown) => void;
}

async function findRoot(source: Source, options: CopyOptions): Promise<Descriptor> {
  const { reference, platform, signal } = options;
  if (platform !== undefined) {
    const image = await readImage(source, { reference, platform, ...(signal === undefined ? {} : { signal }) });
    return image.descriptor;
  }
  return typeof reference === "string" ? await source.resolve(reference) : reference;
}

function targetNames(options: CopyOptions, root: Descriptor): readonly string[] {
  const { reference, targetReferences } = options;
  if (targetReferences !== undefined && targetReferences.length > 0) return targetReferences;
  const isName = targetReferences === undefined && typeof reference === "string" && !isDigest(reference);
  return [isName ? reference : root.digest];
}

/** One after another: their order is that of the target's list, and readers take the last signature for the newest. */
async function copyReferrers(walk: Walk, root: Descriptor): Promise<readonly Descriptor[]> {
  const found: Descriptor[] = [];
  for await (const listed of referrersBelow(walk.source, root, walk.signal)) {
    if (listed.kind === "left-out") {
      walk.progress(listed);
      continue;
    }
    const { descriptor, subject } = listed;
    await copyNode(walk, descriptor, 0);
    await walk.target.tag(descriptor, descriptor.digest);
    walk.progress({ kind: "referrer", descriptor, subject });
    found.push(descriptor);
  }
  return found;
}

async function copyAttachedTags(walk: Walk, root: Descriptor, referrers: readonly Descriptor[]): Promise<void> {
  const documents = await documentsBelow(walk.source, root, walk.signal);
  for await (const attached of attachedTags(walk.source, [...documents, ...referrers], walk.signal)) {
    await copyNode(walk, attached.descriptor, 0);
    await walk.target.tag(attached.descriptor, attached.tag);
    walk.progress({ kind: "attached", ...attached });
  }
}

function copyNode(walk: Walk, descriptor: Descriptor, depth: number): Promise<void> {
  const running = walk.started.get(descriptor.digest);
  if (running !== undefined) return running;
  const promise = copyOnce(walk, descriptor, depth).catch((cause: unknown) => {
    walk.stop(cause);
    throw cause;
  });
  walk.started.set(descriptor.digest, promise);
  return promise;
}

async function copyOnce(walk: Walk, descriptor: Descriptor, depth: number): Promise<void> {
  refuseDeepNesting(descriptor.digest, depth);
  if (await walk.limiter(async () => await isThere(walk, descriptor))) return;
  if (!isDocument(descriptor.mediaType)) {
    await walk.limiter(async () => {
      await push(walk, descriptor, await open(walk, descriptor));
    });
    return;
  }
  const bytes = await walk.limiter(async () => await readDocument(walk.source, descriptor, walk.signal));
  await copyAll(walk, childrenOf(descriptor, bytes), depth + 1);
  await walk.limiter(async () => await push(walk, descriptor, once(bytes)));
}

async function open({ source, target, signal }: Walk, descriptor: Descriptor): Promise<AsyncIterable<Uint8Array>> {
  const lent = target.borrows === true ? source.lend?.(descriptor, signal) : undefined;
  return await (lent ?? source.fetch(descriptor, signal));
}

async function isThere(walk: Walk, descriptor: Descriptor): Promise<boolean> {
  walk.signal.throwIfAborted();
  const exists = await walk.target.exists(descriptor);
  if (exists) walk.progress({ kind: "done", descriptor, outcome: "existing" });
  return exists;
}

async function push(walk: Walk, descriptor: Descriptor, content: AsyncIterable<Uint8Array>): Promise<void> {
  walk.signal.throwIfAborted();
  let wasRead = false;
  async function* observed(): AsyncGenerator<Uint8Array, void, undefined> {
    wasRead = true;
    for await (const chunk of content) {
      walk.signal.throwIfAborted();
      yield chunk;
      walk.progress({ kind: "bytes", descriptor, bytes: chunk.length });
    }
  }
  await walk.target.push(descriptor, observed(), walk.signal);
  // A registry that has the blob in another repository takes it from there without reading ours.
  walk.progress({ kind: "done", descriptor, outcome: wasRead || descriptor.size === 0 ? "copied" : "existing" });
}

/** Waits for all, also after a failure, so that nothing goes on when the error is thrown: the first that caused it. */
async function copyAll(walk: Walk, children: readonly Descriptor[], depth: number): Promise<void> {
  if (walk.sequential) {
    for (const child of children) await copyNode(walk, child, depth);
    return;
  }
  const results = await Promise.allSettled(children.map((child) => copyNode(walk, child, depth)));
  const failed = results.some((result) => result.status === "rejected");
  if (failed) throw walk.signal.reason;
}

/** What a manifest or index points to, in the order to copy it: the subject of a referrer is not part of it. */
function childrenOf(descriptor: Descriptor, bytes: Uint8Array): readonly Descriptor[] {
  if (isIndex(descriptor.mediaType)) return parseIndex(bytes, `the index ${descriptor.digest}`).manifests;
  return distributableParts(parseManifest(bytes, `the manifest ${descriptor.digest}`));
}
