import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import { OciError } from "../oci/error.ts";
import type { ReferrersOptions } from "../oci/graph.ts";
import { parseIndex } from "../oci/image-index.ts";
import { isDocument, isIndex } from "../oci/media-type.ts";
import { isReferrersTag, type Referrer, readReferrer, referrersTag } from "../oci/referrer.ts";
import type { NamedImage } from "./choose.ts";
import { isAttachedTag } from "./copy/attached-tags.ts";

/** Finds referrers by reading the documents of a table of contents; what was read once is kept. */
export interface ReferrerReader {
  /** The referrers of `subject` among `images` and in the index under its tag, each once, in the order of `images`. */
  list(subject: Descriptor, images: readonly NamedImage[], options?: ReferrersOptions): Promise<readonly Descriptor[]>;
  /** `images` without unnamed referrers, lists of referrers and what cosign's tags hold, which nobody means by an image. */
  withoutReferrers(images: readonly NamedImage[]): Promise<readonly NamedImage[]>;
}

/** A reader of documents that `read` gives: null for what is not there. */
export function createReferrerReader(read: (descriptor: Descriptor) => Promise<Uint8Array | null>): ReferrerReader {
  const known = new Map<Digest, Referrer | null>();
  const referrerOf = async (descriptor: Descriptor): Promise<Referrer | null> => {
    const before = known.get(descriptor.digest);
    if (before !== undefined) return before;
    const bytes = isDocument(descriptor.mediaType) ? await read(descriptor) : null;
    const referrer = bytes === null ? null : unlessInvalid(() => readReferrer(descriptor, bytes));
    known.set(descriptor.digest, referrer);
    return referrer;
  };
  const listed = async (subject: Descriptor, images: readonly NamedImage[]): Promise<readonly Descriptor[]> => {
    const tag = referrersTag(subject.digest);
    const list = images.find(({ descriptor, names }) => names.includes(tag) && isIndex(descriptor.mediaType));
    const bytes = list === undefined ? null : await read(list.descriptor);
    return bytes === null ? [] : (unlessInvalid(() => parseIndex(bytes).manifests) ?? []);
  };

  return {
    async list(subject, images, { artifactType, signal } = {}) {
      const found = new Map<Digest, Descriptor>();
      const candidates = images.map(({ descriptor }) => descriptor);
      for (const candidate of [...candidates, ...(await listed(subject, images))]) {
        signal?.throwIfAborted();
        const referrer = await referrerOf(candidate);
        if (referrer?.subject.digest !== subject.digest) continue;
        if (artifactType !== undefined && referrer.descriptor.artifactType !== artifactType) continue;
        found.set(candidate.digest, referrer.descriptor);
      }
      return [...found.values()];
    },
    async withoutReferrers(images) {
      const kept: NamedImage[] = [];
      for (const image of images) {
        const isHidden =
          image.names.length === 0 ? (await referrerOf(image.descriptor)) !== null : image.names.every(isOfAnother);
        if (!isHidden) kept.push(image);
      }
      return kept;
    },
  };
}

function isOfAnother(name: string): boolean {
  return isReferrersTag(name) || isAttachedTag(name);
}

/** What cannot be read refers to nothing; whoever asks for it by name hears why. */
function unlessInvalid<Result>(read: () => Result): Result | null {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof OciError) return null;
    throw cause;
  }
}
