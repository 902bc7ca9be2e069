import type { Descriptor } from "../../oci/descriptor.ts";
import { type Image, readDocument, readImage } from "../../oci/image.ts";
import { parseIndex } from "../../oci/image-index.ts";
import { isIndex } from "../../oci/media-type.ts";
import { type Platform, parsePlatform } from "../../oci/platform.ts";
import type { Ports } from "../ports.ts";
import type { OpenedReference } from "../reference.ts";
import { type OpenedTarget, onePlatform } from "../target.ts";

/** What of a source is copied: all of it, or the image of one platform. */
export interface Part {
  readonly root: Descriptor;
  /** Set where one platform's image is meant: by the user, or because the target holds only one. */
  readonly image: Image | null;
}

/** Source and target of a copy, and the platform the user chose. */
export interface PartRequest {
  readonly source: OpenedReference;
  readonly target: OpenedTarget;
  readonly platform: string | null;
}

/** Chooses what is copied. Throws OCI_PLATFORM_ABSENT and FLOW_PLATFORM_UNSUPPORTED. */
export async function choosePart({ source, target, platform }: PartRequest, ports: Ports): Promise<Part> {
  const { descriptor } = source;
  if (platform === null && !target.single) return { root: descriptor, image: null };
  const chosen = platform === null ? await platformFor(source, ports) : parsePlatform(platform);
  const image = await readImage(source.source, {
    reference: descriptor,
    signal: ports.signal,
    ...(chosen === null ? {} : { platform: chosen }),
  });
  return { root: image.descriptor, image };
}

/** The platform that a target for one gets out of an index; null for an image that stands alone. */
async function platformFor({ source, descriptor }: OpenedReference, ports: Ports): Promise<Platform | null> {
  if (!isIndex(descriptor.mediaType)) return null;
  const bytes = await readDocument(source, descriptor, ports.signal);
  const offered = parseIndex(bytes, `the index ${descriptor.digest}`).manifests.flatMap(({ platform }) =>
    platform === undefined || platform.os === "unknown" ? [] : [platform],
  );
  return offered.length === 0 ? null : onePlatform(offered, ports);
}
