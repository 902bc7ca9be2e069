import { copyFile, link, readdir } from "node:fs/promises";
import { join } from "node:path";
import { openLayout, writeLayout } from "../../src/content/layout.ts";
import { readImage } from "../../src/oci/image.ts";
import { writeStreamedImage } from "../../test/support/image/streamed-image.ts";
import type { StreamedLayer } from "../../test/support/image/streamed-layer.ts";

/** Writes a new layout to `directory` with the only image of the layout `base`, and `layers` on top of it. */
export async function writeDerivedImage(
  directory: string,
  base: string,
  layers: readonly StreamedLayer[],
): Promise<void> {
  const source = await openLayout(base);
  const { manifest, config } = await readImage(source, { reference: await source.choose(null) });
  await writeLayout(directory, async () => {});
  for (const name of await readdir(join(base, "blobs", "sha256"))) {
    const from = join(base, "blobs", "sha256", name);
    const to = join(directory, "blobs", "sha256", name);
    await link(from, to).catch(async () => await copyFile(from, to));
  }
  const below = manifest.layers.map((descriptor, at) => {
    const diffId = config.diffIds[at];
    if (diffId === undefined) throw new Error(`${base} has a layer without diff_id`);
    return { descriptor, diffId };
  });
  await writeStreamedImage(directory, layers, { below, container: config.container });
}
