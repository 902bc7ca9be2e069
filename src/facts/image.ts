import type { ImageConfig } from "../oci/config.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Source } from "../oci/graph.ts";
import { readImage } from "../oci/image.ts";
import type { Manifest } from "../oci/manifest.ts";
import { formatPlatform, type Platform } from "../oci/platform.ts";

/** One platform's image, its manifest and configuration read and verified, its layers not yet. */
export interface OpenImage {
  /** `digest` is of the platform's manifest; `platform` is what the configuration says, `os/architecture[/variant]`. */
  readonly identity: { readonly reference: string; readonly digest: string; readonly platform: string };
  readonly manifest: Manifest;
  readonly manifestDescriptor: Descriptor;
  readonly config: ImageConfig;
}

/**
 * Finds `reference` in `source` and reads manifest and configuration. `platform` chooses from an index that offers several
 * and is checked against an image that stands alone; `preferred` only chooses. Throws OCI_PLATFORM_ABSENT,
 * OCI_DOCUMENT_INVALID for what is not a container image, OCI_CONTENT_MISMATCH for changed content, and the source's errors.
 */
export async function openImage(
  source: Source,
  reference: string | Descriptor,
  options: { readonly platform?: Platform; readonly preferred?: Platform; readonly signal?: AbortSignal } = {},
): Promise<OpenImage> {
  const { descriptor, manifest, config } = await readImage(source, { reference, ...options });
  return {
    identity: {
      reference: typeof reference === "string" ? reference : reference.digest,
      digest: descriptor.digest,
      platform: formatPlatform(config.platform),
    },
    manifest,
    manifestDescriptor: descriptor,
    config,
  };
}
