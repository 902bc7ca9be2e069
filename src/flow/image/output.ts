import { copy } from "../../content/copy.ts";
import type { Digest } from "../../oci/digest.ts";
import { formatPlatform, type Platform } from "../../oci/platform.ts";
import { parseReference, shortReference } from "../../oci/reference.ts";
import type { Built } from "../build.ts";
import type { Ports } from "../ports.ts";
import { onePlatform, openTarget, requireDigest, tagsAmong } from "../target.ts";
import { everyTag, hardenedReference, type Written } from "./build-report.ts";

/** A place to write to, as the command line gives it, and the namespace of the image's name. */
export interface OutputRequest {
  readonly output: string;
  readonly organisation: string;
}

/**
 * Writes a built image to a layout, an archive, the local engine or a registry. An output that gives no tag gets all of the
 * image's tags where it can have several, and an archive its full name. Throws FLOW_UNSUPPORTED_REFERENCE, and
 * FLOW_DIGEST_DIFFERS where the output asks for another digest, before anything is written.
 */
export async function writeImage(built: Built, request: OutputRequest, ports: Ports): Promise<Written> {
  const target = openTarget(request.output, ports);
  const platforms = built.index.images.map((image) => image.platform);
  const platform = target.single ? onePlatform(platforms, ports) : null;
  requireDigest(target, { digest: digestOf(built, platform), from: built.request.name });
  const fullName = shortReference(parseReference(hardenedReference(built, request.organisation)));
  const names = target.names ?? (target.single ? [fullName] : everyTag(built));
  ports.report.step(`writing ${request.output}`);
  await target.write(
    async (place) =>
      await copy(built.source, place, {
        reference: built.index.index.descriptor,
        ...(platform === null ? {} : { platform }),
        targetReferences: names,
        signal: ports.signal,
      }),
  );
  return {
    reference: target.reference,
    platforms: (platform === null ? platforms : [platform]).map(formatPlatform),
    tags: tagsAmong(names),
    note: platform !== null && platforms.length > 1 ? `only ${formatPlatform(platform)}: it holds one platform` : null,
  };
}

/** Of the index, or of the one platform's manifest. */
function digestOf({ index }: Built, platform: Platform | null): Digest {
  const image = index.images.find((candidate) => candidate.platform === platform);
  return (image?.manifest ?? index.index).descriptor.digest;
}
