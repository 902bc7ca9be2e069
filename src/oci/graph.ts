import type { Descriptor } from "./descriptor.ts";

/** Where content comes from: a registry, a layout, an archive, an engine or memory. */
export interface Source {
  /**
   * The descriptor a tag or digest stands for. Where there is none it throws an error whose code ends in `_NOT_FOUND`:
   * CONTENT_NOT_FOUND or REMOTE_NOT_FOUND.
   */
  resolve(reference: string): Promise<Descriptor>;
  /** The bytes of `descriptor` as they came; not yet verified: readers check size and digest as they read. */
  fetch(descriptor: Descriptor, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /**
   * The same as `fetch`, but each chunk is only lent: when the next is asked for, its bytes are overwritten. For readers
   * that are done with a chunk by then, which saves them the memory of the whole.
   */
  lend?(descriptor: Descriptor, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /**
   * Descriptors of what names `subject` as its subject (signatures, bills of materials), as the source lists them; of
   * `artifactType` only, where given. A list is a hint: readers check each one's own subject. A source without this function
   * keeps no referrers.
   */
  referrers?(subject: Descriptor, options?: ReferrersOptions): Promise<readonly Descriptor[]>;
}

/** Which referrers to list. */
export interface ReferrersOptions {
  readonly artifactType?: string;
  readonly signal?: AbortSignal;
}

/** Where content goes. A target verifies digest and size of all it is given and never keeps half of it. */
export interface Target {
  /** Whether `push` is done with each chunk before it asks for the next, so that chunks may be lent to it. */
  readonly borrows?: boolean;
  /** Whether pushes come best one after another, because their order shows in what is written. */
  readonly sequential?: boolean;
  /** Whether the content is there already, so that it need not be pushed. */
  exists(descriptor: Descriptor): Promise<boolean>;
  push(descriptor: Descriptor, content: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void>;
  /**
   * Gives `descriptor` the name `reference`: a tag, or its own digest where it is to be found without a name, which for a
   * referrer means that it is listed as one. Called last, when all it points to is there.
   */
  tag(descriptor: Descriptor, reference: string): Promise<void>;
}
