import type { Descriptor } from "./descriptor.ts";
import type { Digest } from "./digest.ts";
import type { Source } from "./graph.ts";
import { parseIndex, refuseDeepNesting } from "./image-index.ts";
import { invalidDocument, maximumDocumentSize } from "./json.ts";
import { isImageConfig, isIndex, isManifest } from "./media-type.ts";
import { readVerified } from "./verify.ts";

/** More indices than any image has inside one another; a chain of them would be fetched one by one. */
const mostIndices = 64;

/**
 * The manifests of images that `index` offers, also by way of indices within it, in their order and each once for a
 * platform. One without a platform of its own has that of the index it is in. What BuildKit attaches and what else is no
 * image is left out. Throws OCI_DOCUMENT_INVALID for more than 64 indices or a nesting deeper than 8, and the source's errors.
 */
export async function imagesOffered(
  source: Source,
  index: Descriptor,
  signal?: AbortSignal,
): Promise<readonly Descriptor[]> {
  const looking: Looking = { source, top: index.digest, found: new Map(), seen: new Set(), signal };
  await look(looking, index, 0);
  return [...looking.found.values()];
}

interface Looking {
  readonly source: Source;
  readonly top: Digest;
  readonly found: Map<string, Descriptor>;
  readonly seen: Set<Digest>;
  readonly signal: AbortSignal | undefined;
}

async function look(looking: Looking, index: Descriptor, depth: number): Promise<void> {
  const { source, top, found, seen, signal } = looking;
  refuseDeepNesting(index.digest, depth);
  if (seen.has(index.digest)) return;
  seen.add(index.digest);
  if (seen.size > mostIndices) throw invalidDocument(`${top} has more than ${mostIndices} indices in one another`);
  const bytes = await readVerified(source, index, { limit: maximumDocumentSize, ...(signal && { signal }) });
  for (const child of parseIndex(bytes, `the index ${index.digest}`).manifests) {
    if (isAttached(child)) continue;
    const offered = child.platform === undefined && index.platform !== undefined ? withPlatform(child, index) : child;
    if (isIndex(child.mediaType)) await look(looking, offered, depth + 1);
    else if (isManifest(child.mediaType)) {
      const { os, architecture, variant } = offered.platform ?? {};
      const key = [child.digest, os, architecture, variant].join(" ");
      if (!found.has(key)) found.set(key, offered);
    }
  }
}

function withPlatform(child: Descriptor, { platform }: Descriptor): Descriptor {
  return platform === undefined ? child : { ...child, platform };
}

/** What stands beside images in an index and is none: attestations of BuildKit, and artifacts such as signatures. */
function isAttached({ platform, annotations, artifactType }: Descriptor): boolean {
  if (platform?.os === "unknown" || annotations?.["vnd.docker.reference.type"] !== undefined) return true;
  return artifactType !== undefined && !isImageConfig(artifactType);
}
