import { invalidDocument } from "./json.ts";

/** Media types of the OCI image-spec (media-types.md) and their Docker schema 2 counterparts. */
export const mediaTypes = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
  layerGzip: "application/vnd.oci.image.layer.v1.tar+gzip",
  layerZstd: "application/vnd.oci.image.layer.v1.tar+zstd",
  empty: "application/vnd.oci.empty.v1+json",
  dockerIndex: "application/vnd.docker.distribution.manifest.list.v2+json",
  dockerManifest: "application/vnd.docker.distribution.manifest.v2+json",
  dockerConfig: "application/vnd.docker.container.image.v1+json",
  dockerLayer: "application/vnd.docker.image.rootfs.diff.tar",
  dockerLayerGzip: "application/vnd.docker.image.rootfs.diff.tar.gzip",
  dockerForeignLayerGzip: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
} as const;

/** How a layer's tar stream is packed. */
export type LayerCompression = "none" | "gzip" | "zstd";

/** Whether `mediaType` names a list of manifests: an OCI image index or a Docker manifest list. */
export function isIndex(mediaType: string): boolean {
  return mediaType === mediaTypes.index || mediaType === mediaTypes.dockerIndex;
}

/** Whether `mediaType` names an image manifest: OCI's or Docker's schema 2. */
export function isManifest(mediaType: string): boolean {
  return mediaType === mediaTypes.manifest || mediaType === mediaTypes.dockerManifest;
}

/** Whether `mediaType` names a manifest or a list of them, and not a blob. */
export function isDocument(mediaType: string): boolean {
  return isIndex(mediaType) || isManifest(mediaType);
}

/** Whether `mediaType` is an image configuration and not that of some other artifact. */
export function isImageConfig(mediaType: string): boolean {
  return mediaType === mediaTypes.config || mediaType === mediaTypes.dockerConfig;
}

const layers: ReadonlyMap<string, LayerCompression> = new Map([
  [mediaTypes.layer, "none"],
  [mediaTypes.layerGzip, "gzip"],
  [mediaTypes.layerZstd, "zstd"],
  [mediaTypes.dockerLayer, "none"],
  [mediaTypes.dockerLayerGzip, "gzip"],
  [`${mediaTypes.dockerLayer}.zstd`, "zstd"],
  [mediaTypes.dockerForeignLayerGzip, "gzip"],
  ["application/vnd.oci.image.layer.nondistributable.v1.tar", "none"],
  ["application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", "gzip"],
  ["application/vnd.oci.image.layer.nondistributable.v1.tar+zstd", "zstd"],
]);

/** How a layer of `mediaType` is compressed; null when it is not a file-system layer. */
export function layerCompression(mediaType: string): LayerCompression | null {
  return layers.get(mediaType) ?? null;
}

/** Whether a layer of `mediaType` is kept by its publisher only, so that registries do not have its bytes. */
export function isNonDistributable(mediaType: string): boolean {
  return mediaType.includes(".nondistributable.") || mediaType === mediaTypes.dockerForeignLayerGzip;
}

/** Throws OCI_DOCUMENT_INVALID for the manifests of Docker schema 1, whose digest does not cover their content. */
export function refuseSchema1(mediaType: string, what: string): void {
  if (!mediaType.startsWith("application/vnd.docker.distribution.manifest.v1+")) return;
  throw invalidDocument(
    `${what} is a Docker schema 1 manifest, which is not read; push the image again with a current tool`,
  );
}
