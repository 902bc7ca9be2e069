import { againstPeer } from "./scan/against-peer.ts";
import { againstFloor } from "./scan/floor.ts";
import { fatImage, slimImage } from "./scan/images.ts";
import { memoryOfLargeImages } from "./scan/memory.ts";
import { installSnyk, installTrivy } from "./scan/peers.ts";
import { sharedLayers } from "./scan/shared-layers.ts";
import { type Result, report } from "./support/measure.ts";

/**
 * Budgets of saying what is in an image, from the gzip layers of an OCI layout on disk. Each measurement is a process of its
 * own; medians of five that alternate:
 * - `floor`: the conventional slim image at most 1.3 ×, one of more than 400 MB in several layers at most 0.9 × the least any
 *   scan has to do with one processor: hash the compressed layers, unpack them, step over the tar headers
 * - `peers`: the whole command at most 1/4 of the time and 1/2 of the memory of Trivy, and 1/3 of the time of Snyk's scanner;
 *   for the fat image 1/2 of Trivy's time, as hashing and unpacking it alone, on both of two processors without a pause, is more
 *   than 1/4 of it
 * - `shared`: a second image whose layers but a small one are known at most 0.25 × a scan of all
 * - `memory`: at most 200 MB whatever the image, of 5 GB or 3 million files
 *
 * `node bench/scan.ts [PART…]`: all parts unless some are named.
 */
const parts: Readonly<Record<string, () => Promise<readonly Result[]>>> = {
  floor: async () => [
    ...(await againstFloor("a scan of the slim image", { directory: await slimImage(), ratio: 1.3 })),
    ...(await againstFloor("a scan of the fat image", { directory: await fatImage(), ratio: 0.9 })),
  ],
  peers: async () => {
    const images = [
      { name: "the slim image", layout: await slimImage(), ofTrivy: 1 / 4 },
      { name: "the fat image", layout: await fatImage(), ofTrivy: 1 / 2 },
    ];
    const results: Result[] = [];
    for (const { name, layout, ofTrivy } of images) {
      results.push(...(await againstPeer(installTrivy, { name, layout, budget: { time: ofTrivy, memory: 1 / 2 } })));
      results.push(...(await againstPeer(installSnyk, { name, layout, budget: { time: 1 / 3 } })));
    }
    return results;
  },
  shared: async () => [await sharedLayers(await fatImage(), 0.25)],
  memory: async () => await memoryOfLargeImages(200),
};

const wanted = process.argv.slice(2);
for (const [name, run] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) report(...(await run()));
}
