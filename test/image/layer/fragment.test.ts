import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openCache } from "../../../src/cache/cache.ts";
import { fileEntry } from "../../../src/image/layer/entry.ts";
import { createPackings, type FragmentSource, loadFragment, loadFragments } from "../../../src/image/layer/fragment.ts";
import { temporaryFolder } from "../../support/temporary.ts";

async function world() {
  const directory = await temporaryFolder();
  const stop = new AbortController();
  const packing = createPackings(await openCache(directory), stop.signal).gzip;
  return { directory, stop, packing };
}

const source = (key: string, open: () => void = () => {}): FragmentSource => ({
  key,
  open: async () => {
    open();
    return { entries: [fileEntry(key, key)] };
  },
});

describe("fragments", () => {
  it("are made once by all who ask at the same time, and found afterwards", async () => {
    const { packing } = await world();
    let opened = 0;
    const asked = source("a", () => void opened++);
    const all = await Promise.all([
      loadFragment(asked, packing),
      loadFragment(asked, packing),
      loadFragment(asked, packing),
    ]);
    expect(new Set(all.map(({ sha256 }) => sha256)).size).toBe(1);
    expect(await loadFragment(asked, packing)).toEqual(all[0]);
    expect(opened).toBe(1);
    expect(packing.pending.size).toBe(0);
  });

  it("are made anew after a failure, of which nothing is remembered", async () => {
    const { packing } = await world();
    const failing: FragmentSource = { key: "a", open: async () => Promise.reject(new Error("not now")) };
    await expect(loadFragment(failing, packing)).rejects.toThrow("not now");
    expect(packing.pending.size).toBe(0);
    expect((await loadFragment(source("a"), packing)).files).toHaveLength(1);
  });

  it("are no longer begun when one of them has failed", async () => {
    const { packing } = await world();
    const opened: string[] = [];
    const failing: FragmentSource = { key: "bad", open: async () => Promise.reject(new Error("broken")) };
    const others = Array.from({ length: 50 }, (_, index) => source(`s${index}`, () => opened.push(`s${index}`)));
    await expect(loadFragments([failing, ...others], packing)).rejects.toThrow("broken");
    const begun = opened.length;
    expect(begun).toBeLessThan(50);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(opened).toHaveLength(begun);
  });

  it("stop between two files when they are interrupted, and leave nothing half written", async () => {
    const { packing, stop, directory } = await world();
    const entries = async function* () {
      yield fileEntry("one", "1");
      stop.abort();
      yield fileEntry("two", "2");
      throw new Error("went on");
    };
    const interrupted: FragmentSource = { key: "a", open: async () => ({ entries: entries() }) };
    await expect(loadFragment(interrupted, packing)).rejects.toMatchObject({ name: "AbortError" });
    const left = async (folder: string) => await readdir(join(directory, folder)).catch(() => []);
    expect([await left("partial"), await left("blobs"), await left("records/fragment")]).toEqual([[], [], []]);
  });
});
