import { readdir, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openCache } from "../../src/cache/cache.ts";
import { ensureIndexFor } from "../../src/vuln/discover.ts";
import { defaultIndexPath } from "../../src/vuln/index/place.ts";
import { openAdvisoryIndex } from "../../src/vuln/index/read.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { feedFolder, lines, now, osvDebian } from "./examples.ts";

const feed = (fixed: string) => lines(osvDebian("CVE-2026-0001", { bash: fixed }), osvDebian("CVE-2026-0002", {}));

async function setup() {
  const cache = await openCache(await temporaryFolder());
  const folder = await feedFolder({ "a.ndjson": feed("1.0-1") });
  const imports: string[] = [];
  const options = { now, progress: ({ file }: { readonly file: string }) => imports.push(file) };
  return { cache, folder, imports, options };
}

describe("the index of a folder of feeds", () => {
  it("is built once and found again", async () => {
    const { cache, folder, imports, options } = await setup();
    const path = await ensureIndexFor(folder, cache, options);
    expect(await ensureIndexFor(folder, cache, options)).toBe(path);
    expect(imports).toHaveLength(1);
    const index = openAdvisoryIndex(path);
    expect(index.debian("bash", "12")).toHaveLength(1);
    index.close();
  });

  it("is named by content: the same under another name and time", async () => {
    const { cache, folder, imports, options } = await setup();
    const path = await ensureIndexFor(folder, cache, options);
    await utimes(join(folder, "a.ndjson"), now, now);
    expect(await ensureIndexFor(folder, cache, options)).toBe(path);
    expect(await ensureIndexFor(await feedFolder({ "b.ndjson": feed("1.0-1") }), cache, options)).toBe(path);
    expect(imports).toHaveLength(1);
  });

  it("is another when a feed changes or one is added", async () => {
    const { cache, folder, options } = await setup();
    const paths = [await ensureIndexFor(folder, cache, options)];
    await writeFile(join(folder, "a.ndjson"), feed("2.0-1"));
    paths.push(await ensureIndexFor(folder, cache, options));
    await writeFile(join(folder, "b.ndjson"), feed("3.0-1"));
    paths.push(await ensureIndexFor(folder, cache, options));
    expect(new Set(paths).size).toBe(3);
  });

  it("is built anew when it is damaged or gone", async () => {
    const { cache, folder, options } = await setup();
    const path = await ensureIndexFor(folder, cache, options);
    await writeFile(path, "damaged");
    expect(await ensureIndexFor(folder, cache, options)).toBe(path);
    openAdvisoryIndex(path).close();
    await rm(path);
    expect(await ensureIndexFor(folder, cache, options)).toBe(path);
    openAdvisoryIndex(path).close();
  });

  it("is whole for both of two processes that ask at once", async () => {
    const { cache, folder, options } = await setup();
    const [a, b] = await Promise.all([ensureIndexFor(folder, cache, options), ensureIndexFor(folder, cache, options)]);
    expect(a).toBe(b);
    openAdvisoryIndex(a).close();
    expect(await readdir(join(cache.directory, "advisories"))).toHaveLength(1);
  });
});

describe("the usual index", () => {
  it("lies in the cache", async () => {
    const { cache } = await setup();
    expect(await defaultIndexPath(cache)).toBe(join(cache.directory, "advisories", "index.sqlite"));
  });
});
