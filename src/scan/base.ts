import { chainIds } from "../oci/chain-id.ts";
import type { ImageConfig } from "../oci/config.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Manifest } from "../oci/manifest.ts";
import type { BaseImage } from "../sbom/model.ts";

/** An image that may be the base of another. */
export interface BaseCandidate {
  readonly reference: string | null;
  readonly digest: string | null;
  /** Digests of its unpacked layers, lowest first. */
  readonly diffIds: readonly string[];
  /** Digests of the same as they are stored; absent where they are not known. */
  readonly layers?: readonly string[];
}

/** An image of which it is to be told whether it is made from another. */
export interface LayeredImage {
  readonly config: ImageConfig;
  readonly manifest: Manifest;
  /** The digest of what a layer unpacks to, from its bytes; null for none. */
  readonly unpacked: (layer: Descriptor) => Promise<string | null>;
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
 * and others follow. What only a label names is a name: no other image has been looked at. null where nothing is proved.
 */
export async function findBase(image: LayeredImage, search: BaseSearch): Promise<BaseImage | null> {
  const { diffIds, container } = image.config;
  const chain = chainIds(diffIds);
  const proved = async (candidate: BaseCandidate, namedBy: BaseImage["namedBy"]): Promise<BaseImage | null> => {
    const layers = candidate.diffIds.length;
    const chainId = chain[layers - 1];
    if (chainId === undefined || !(await isMadeFrom(image, candidate))) return null;
    return { reference: candidate.reference, digest: candidate.digest, chainId, layers, namedBy };
  };
  for (const candidate of search.named) {
    const base = await proved(candidate, "user");
    if (base !== null) return base;
  }
  const annotations = { ...container.labels, ...image.manifest.annotations };
  const digest = annotations[baseDigest];
  const known = digest === undefined ? null : await search.known(digest);
  const reference = annotations[baseName] ?? null;
  const annotated =
    known === null ? null : await proved({ ...known, reference: reference ?? known.reference }, "annotation");
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

/**
 * Whether the lowest layers of `image` are those of `base`, all of them, and others follow. An image can say of its layers what
 * it likes: they are compared as they are stored, and those that are stored otherwise are unpacked.
 */
export async function isMadeFrom(
  { config, manifest, unpacked }: LayeredImage,
  base: Pick<BaseCandidate, "diffIds" | "layers">,
): Promise<boolean> {
  const count = base.diffIds.length;
  if (count === 0 || count >= config.diffIds.length) return false;
  if (!base.diffIds.every((id, at) => id === config.diffIds[at])) return false;
  for (const [at, layer] of manifest.layers.slice(0, count).entries()) {
    const isStoredAlike = layer.digest === base.layers?.[at] || layer.digest === base.diffIds[at];
    if (!isStoredAlike && (await unpacked(layer)) !== base.diffIds[at]) return false;
  }
  return true;
}
