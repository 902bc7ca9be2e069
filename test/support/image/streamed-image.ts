import { join } from "node:path";
import { openLayout, writeLayout } from "../../../src/content/layout.ts";
import { type ContainerConfig, emptyContainerConfig, encodeConfig } from "../../../src/oci/config.ts";
import type { Descriptor } from "../../../src/oci/descriptor.ts";
import { encodeManifest } from "../../../src/oci/manifest.ts";
import { mediaTypes } from "../../../src/oci/media-type.ts";
import { put } from "../tiny-image.ts";
import { type StreamedLayer, type WrittenLayer, writeStreamedLayer } from "./streamed-layer.ts";

/** How an image differs from an ordinary one for linux/amd64. */
export interface StreamedImageOptions {
  readonly container?: Partial<ContainerConfig>;
  /** Layers that are in the layout already, to go below those that are written. */
  readonly below?: readonly WrittenLayer[];
  /** Its name in the layout; `latest` unless given. */
  readonly tag?: string;
}

/** Writes an image of any size, lowest layer first, to the layout in `directory`, a new one or one that is there. */
export async function writeStreamedImage(
  directory: string,
  layers: readonly StreamedLayer[],
  options: StreamedImageOptions = {},
): Promise<Descriptor> {
  await writeLayout(directory, async () => {});
  const written = [...(options.below ?? [])];
  for (const layer of layers) written.push(await writeStreamedLayer(join(directory, "blobs", "sha256"), layer));
  const layout = await openLayout(directory);
  const config = encodeConfig({
    platform: { os: "linux", architecture: "amd64" },
    container: { ...emptyContainerConfig, ...options.container },
    diffIds: written.map(({ diffId }) => diffId),
    history: [],
  });
  const manifest = encodeManifest({
    mediaType: mediaTypes.manifest,
    config: await put(layout, mediaTypes.config, config),
    layers: written.map(({ descriptor }) => descriptor),
  });
  const descriptor = await put(layout, mediaTypes.manifest, manifest);
  await layout.tag(descriptor, options.tag ?? "latest");
  return descriptor;
}
