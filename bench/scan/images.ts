import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "../../src/cli/context.ts";

/** A folder of the user's cache for what benches make or fetch once. */
export async function benchFolder(): Promise<string> {
  const folder = join(cacheDirectory(process.env), "bench");
  await mkdir(folder, { recursive: true });
  return folder;
}

/**
 * A layout of gzip layers with the conventional slim image. What making images takes is loaded only when there is one to be
 * made. Throws where Debian's archive or the npm registry cannot be reached.
 */
export async function slimImage(): Promise<string> {
  return await madeOnce("slim-1", async (directory) => {
    const { copy } = await import("../../src/content/copy.ts");
    const { writeLayout } = await import("../../src/content/layout.ts");
    const { openReference } = await import("../../src/flow/reference.ts");
    const { benchPorts } = await import("../support/plan.ts");
    const selection = { platform: "linux/amd64" };
    await using opened = await openReference("baseline://node:24-trixie-slim", selection, await benchPorts());
    const platform = { os: "linux", architecture: "amd64" };
    const options = { reference: opened.descriptor, platform, targetReferences: ["slim"] };
    await writeLayout(directory, async (layout) => await copy(opened.source, layout, options));
  });
}

/** A layout of gzip layers with an image of more than 400 MB compressed, the slim one below it. */
export async function fatImage(): Promise<string> {
  const slim = await slimImage();
  return await madeOnce("fat-1", async (directory) => {
    const { writeFatImage } = await import("../support/fat-image.ts");
    await writeFatImage(directory, slim);
  });
}

/** The folder `name` below `benchFolder`, which appears when `make` has succeeded. */
export async function madeOnce(name: string, make: (directory: string) => Promise<void>): Promise<string> {
  const directory = join(await benchFolder(), name);
  if (existsSync(directory)) return directory;
  const temporary = `${directory}-${process.pid}`;
  try {
    await make(temporary);
    await rename(temporary, directory);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return directory;
}
