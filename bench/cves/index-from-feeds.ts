import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { benchFolder } from "../scan/images.ts";
import { runMeasured } from "../scan/measurement.ts";
import type { Result } from "../support/measure.ts";

const program = fileURLToPath(new URL("../../bin/hardpan.js", import.meta.url));

/** `hardpan db import` of all feeds with an empty cache: its time, and the size of the index. */
export async function indexFromFeeds(feeds: string): Promise<readonly Result[]> {
  const home = join(await benchFolder(), "advisories-home");
  await rm(home, { recursive: true, force: true });
  try {
    const environment = { XDG_CACHE_HOME: home };
    const run = await runMeasured({
      file: process.execPath,
      args: [program, "db", "import", feeds, "--quiet"],
      environment,
    });
    const { size } = await stat(join(home, "hardpan", "advisories", "index.sqlite"));
    const seconds = run.milliseconds / 1000;
    const detail = `${run.peakMegabytes.toFixed(0)} MB of memory`;
    return [
      { name: "the index from all feeds", measured: seconds, budget: 60, unit: "s", detail },
      { name: "the index from all feeds, on disk", measured: size / 1e6, budget: 250, unit: "MB", detail: feeds },
    ];
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
