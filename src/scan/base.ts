import { chainIds } from "../oci/chain-id.ts";
import type { ImageConfig } from "../oci/config.ts";
import type { Manifest } from "../oci/manifest.ts";
import type { BaseImage } from "../sbom/model.ts";

/** An image that may be the base of another. */
export interface BaseCandidate {
  readonly reference: string | null;
  readonly digest: string | null;
  /** Digests of its unpacked layers, lowest first. */
  readonly diffIds: readonly string[];
}

/** What a base image is looked for with: candidates the user names, and a lookup of images by digest. */
export interface BaseSearch {
  readonly named: readonly BaseCandidate[];
  readonly known: (digest: string) => Promise<BaseCandidate | null>;
}

const chainLabels = ["io.hardpan.chain-id", "com.docker.dhi.chain-id"];
const baseDigest = "org.opencontainers.image.base.digest";
const baseName = "org.opencontainers.image.base.name";

/**
 * The image that another is made from: what the user names, what an annotation or label names (OCI image-spec,
 * annotations.md), or the one whose chain id a label has; each only where the image's lowest layers are its, all of them,
 * and others follow. null where nothing is proved.
 */
export async function findBase(
  image: { readonly config: ImageConfig; readonly manifest: Manifest },
  search: BaseSearch,
): Promise<BaseImage | null> {
  const { diffIds, container } = image.config;
  const chain = chainIds(diffIds);
  const proved = (candidate: BaseCandidate, namedBy: BaseImage["namedBy"]): BaseImage | null => {
    const layers = candidate.diffIds.length;
    const isBelow = layers > 0 && layers < diffIds.length && candidate.diffIds.every((id, at) => id === diffIds[at]);
    const chainId = chain[layers - 1];
    if (!isBelow || chainId === undefined) return null;
    return { reference: candidate.reference, digest: candidate.digest, chainId, layers, namedBy };
  };
  for (const candidate of search.named) {
    const base = proved(candidate, "user");
    if (base !== null) return base;
  }
  const annotations = { ...container.labels, ...image.manifest.annotations };
  const digest = annotations[baseDigest];
  const known = digest === undefined ? null : await search.known(digest);
  const reference = annotations[baseName] ?? null;
  const annotated = known === null ? null : proved({ ...known, reference: reference ?? known.reference }, "annotation");
  if (annotated !== null) return annotated;
  const labels = chainLabels.flatMap((label) => container.labels[label] ?? []);
  const at = chain.findIndex((id, index) => index < chain.length - 1 && labels.includes(id));
  const chainId = chain[at];
  if (chainId === undefined) return null;
  return {
    reference: container.labels["io.hardpan.name"] ?? null,
    digest: null,
    chainId,
    layers: at + 1,
    namedBy: "label",
  };
}
