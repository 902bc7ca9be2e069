import { cp, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { tarEnd } from "../../src/archive/tar-write.ts";
import { smallFile } from "../../test/support/image/contents.ts";
import { writeDerivedImage } from "../support/derived-image.ts";
import type { Result } from "../support/measure.ts";
import { benchFolder } from "./images.ts";
import { alternating, medianTime, shown } from "./measurement.ts";
import { inProcess } from "./own.ts";

/**
 * A second image that has all layers of one that was scanned before, and a small one of its own: at most `budget` times what it
 * takes where nothing was scanned before.
 */
export async function sharedLayers(base: string, budget: number): Promise<Result> {
  // Beside the base, so that its blobs can be linked and need not be copied.
  const scratch = await mkdtemp(join(await benchFolder(), "shared-"));
  try {
    const directory = join(scratch, "second");
    await writeDerivedImage(directory, base, [{ parts: application() }]);
    const known = join(scratch, "known");
    await inProcess({ kind: "scan", directory: base, cache: known });
    const withCache = async (cache: string) => {
      await cp(known, cache, { recursive: true });
      const measurement = await inProcess({ kind: "scan", directory, cache });
      await rm(cache, { recursive: true });
      return measurement;
    };
    const { cold, warm } = await alternating({
      cold: async () => await inProcess({ kind: "scan", directory }),
      warm: async () => await withCache(join(scratch, "warm")),
    });
    return {
      name: "a second image with the same layers and a small one",
      measured: medianTime(warm) / medianTime(cold),
      budget,
      unit: "× a scan without cache",
      detail: `${shown(warm)}; against ${shown(cold)}`,
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A small service: a hundred modules and its own code. */
function* application(): Generator<Uint8Array> {
  for (let number = 0; number < 100; number++) {
    const manifest = JSON.stringify({ name: `module-${number}`, version: "1.0.0", license: "MIT" });
    yield* smallFile(`srv/app/node_modules/module-${number}/package.json`, manifest);
    yield* smallFile(`srv/app/node_modules/module-${number}/index.js`, "module.exports = {};\n".repeat(200));
  }
  yield* smallFile("srv/app/server.js", "require('module-1');\n");
  yield tarEnd;
}
