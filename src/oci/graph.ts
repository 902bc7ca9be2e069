import type { Descriptor } from "./descriptor.ts";

/** Where content comes from: a registry, a layout, an archive, an engine or memory. */
export interface Source {
  /** The descriptor a tag or digest stands for. Throws CONTENT_NOT_FOUND where there is none. */
  resolve(reference: string): Promise<Descriptor>;
  /** The bytes of `descriptor` as they came; not yet verified: readers check size and digest as they read. */
  fetch(descriptor: Descriptor, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

/** Where content goes. A target verifies digest and size of all it is given and never keeps half of it. */
export interface Target {
  /** Whether the content is there already, so that it need not be pushed. */
  exists(descriptor: Descriptor): Promise<boolean>;
  push(descriptor: Descriptor, content: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void>;
  /** Gives `descriptor` the name `reference` (a tag). Called last, when all it points to is there. */
  tag(descriptor: Descriptor, reference: string): Promise<void>;
}
