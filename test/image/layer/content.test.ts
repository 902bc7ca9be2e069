import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { openCache } from "../../../src/cache/cache.ts";
import { fragmentContents } from "../../../src/image/layer/content.ts";
import type { Entry } from "../../../src/image/layer/entry.ts";
import { createPackings, loadFragment } from "../../../src/image/layer/fragment.ts";
import { temporaryFolder } from "../../support/temporary.ts";

/** Bytes that do not compress, always the same. */
function noise(length: number): Buffer {
  const pieces = Array.from({ length: Math.ceil(length / 32) }, (_, number) =>
    createHash("sha256").update(`${number}`).digest(),
  );
  return Buffer.concat(pieces).subarray(0, length);
}

function file(path: string, content: Uint8Array): Entry {
  return { path, type: "file", mode: 0o644, uid: 0, gid: 0, mtime: 0, linkPath: "", content };
}

async function fragmentOf(...entries: readonly Entry[]) {
  const packing = createPackings(await openCache(await temporaryFolder())).gzip;
  const fragment = await loadFragment({ key: "test", open: async () => ({ entries }) }, packing);
  return {
    fragment,
    cache: packing.cache,
    read: async (...paths: readonly string[]) => {
      const found = await fragmentContents([fragment], paths, packing);
      return Object.fromEntries([...found].map(([path, content]) => [path, Buffer.from(content)]));
    },
  };
}

describe("contents of files of an image", () => {
  const large = file("usr/lib/large", noise(200_000));
  const small = file("etc/small", Buffer.from("small\n"));
  const empty = file("etc/empty", new Uint8Array());

  it("are those that were put there, and a path that is not there is named", async () => {
    const { read } = await fragmentOf(small, large, empty);
    const expected = {
      "etc/small": Buffer.from("small\n"),
      "etc/empty": Buffer.alloc(0),
      "usr/lib/large": noise(200_000),
    };
    expect(await read(...Object.keys(expected))).toEqual(expected);
    await expect(read("etc/none")).rejects.toMatchObject({
      code: "IMAGE_PATH_INVALID",
      message: expect.stringContaining("etc/none"),
    });
  });

  it("are not looked for in a large fragment again when they are small, each choice by itself", async () => {
    const { read, cache, fragment } = await fragmentOf(small, large, empty);
    const first = await read("etc/small", "etc/empty");
    await cache.drop(fragment.sha256);
    expect(await read("etc/small", "etc/empty")).toEqual(first);
    await expect(read("etc/small")).rejects.toThrow();
  });

  it("are looked for again when they are large, or their fragment is not", async () => {
    for (const [entries, path] of [
      [[small, large], "usr/lib/large"],
      [[small], "etc/small"],
    ] as const) {
      const { read, cache, fragment } = await fragmentOf(...entries);
      await read(path);
      await cache.drop(fragment.sha256);
      await expect(read(path)).rejects.toThrow();
    }
  });
});
