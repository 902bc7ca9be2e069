import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { hugeImage, manyFiles } from "../../test/support/image/large-images.ts";
import { writeStreamedImage } from "../../test/support/image/streamed-image.ts";
import type { StreamedLayer } from "../../test/support/image/streamed-layer.ts";
import type { Result } from "../support/measure.ts";
import { benchFolder } from "./images.ts";
import { shown } from "./measurement.ts";
import { inProcess, wholeCommand } from "./own.ts";

const images: Readonly<Record<string, () => readonly StreamedLayer[]>> = {
  "5 GB": hugeImage,
  "3 million files in one layer": () => manyFiles({ files: 3_000_000, layers: 1, content: "module.exports = 1;\n" }),
  "3 million files in three layers": () => manyFiles({ files: 3_000_000, layers: 3, content: "module.exports = 1;\n" }),
  "3 million empty files with long paths": () => manyFiles({ files: 3_000_000, layers: 1, pathLength: 180 }),
};

/** The most memory that scans of very large images take, by the function and by the whole command: at most `budget` MB. */
export async function memoryOfLargeImages(budget: number): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const [name, layers] of Object.entries(images)) results.push(...(await memoryOf(name, { layers, budget })));
  return results;
}

async function memoryOf(
  name: string,
  { layers, budget }: { readonly layers: () => readonly StreamedLayer[]; readonly budget: number },
): Promise<readonly Result[]> {
  const scratch = await mkdtemp(join(await benchFolder(), "large-"));
  try {
    const directory = join(scratch, "image");
    await writeStreamedImage(directory, layers());
    const result = (what: string, run: Awaited<ReturnType<typeof inProcess>>) => {
      return { name: `${what} ${name}, memory`, measured: run.peakMegabytes, budget, unit: "MB", detail: shown([run]) };
    };
    return [
      result("a scan of", await inProcess({ kind: "scan", directory })),
      result("hardpan sbom of", await wholeCommand(`oci-dir://${directory}`, join(scratch, "home"))),
    ];
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
