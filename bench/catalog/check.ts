import { copyFile, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openCache } from "../../src/cache/cache.ts";
import { cacheDirectory } from "../../src/cli/context.ts";
import type { CatalogCheck } from "../../src/flow/catalog/model.ts";
import { makePublicCatalog } from "../../test/support/public-catalog.ts";
import { hardpan } from "../support/command.ts";
import { median, milliseconds, type Result, timed } from "../support/measure.ts";

const rounds = 3;

/** The whole command on a catalogue as large as the public one, none of which has been read before. */
export async function checkResult(scratch: string): Promise<Result> {
  const directory = join(scratch, "check");
  await makePublicCatalog(directory);
  const cache = await cacheOfIndices(join(scratch, "indices"));
  const check = (): CatalogCheck =>
    JSON.parse(
      hardpan(["catalog", "check", "--catalog", directory, "--quiet", "--json"], { XDG_CACHE_HOME: dirname(cache) }),
    );
  const { totals } = check();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await rm(join(cache, "records", "catalog"), { recursive: true });
    times.push(await timed(async () => void check()));
  }
  return {
    name: "catalog check, nothing read before",
    measured: median(times) / 1000,
    budget: 6,
    unit: "s",
    detail: `${totals.definitions} definitions, ${totals.invalid} invalid: ${times.map(milliseconds).join(", ")}`,
  };
}

/** A cache below `directory` that knows Debian's archive as the usual one does, and nothing else. */
async function cacheOfIndices(directory: string): Promise<string> {
  const warm = await openCache(cacheDirectory(process.env));
  const cache = join(directory, "hardpan");
  const copied = async (path: string) => {
    const to = join(cache, path.slice(warm.directory.length));
    await mkdir(dirname(to), { recursive: true });
    await copyFile(path, to);
  };
  for (const kind of ["apt-release", "apt-index", "http"]) {
    const records = join(warm.directory, "records", kind);
    for (const name of await readdir(records).catch(() => [])) {
      await copied(join(records, name));
      for (const [sha256] of (await readFile(join(records, name), "utf8")).matchAll(/\b[0-9a-f]{64}\b/g)) {
        const blob = await warm.path(sha256);
        if (blob !== null) await copied(blob);
      }
    }
  }
  return cache;
}
