import { randomBytes } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { constants, createZstdCompress, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../src/archive/bytes.ts";
import { createMemoryStore } from "../../src/content/memory.ts";
import type { ImageTree } from "../../src/facts/model.ts";
import { walkImage } from "../../src/facts/walk.ts";
import type { Source } from "../../src/oci/graph.ts";
import type { Manifest } from "../../src/oci/manifest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { put } from "../support/tiny-image.ts";
import {
  folder,
  hardLink,
  imageOfTars,
  layerTar,
  symlink,
  type TestImage,
  type TestImageOptions,
  type TestLayer,
  testImage,
} from "./layers.ts";

const all = (_path: string, file: { readonly size: number }) => Math.max(file.size, 1);

async function walk(layers: readonly TestLayer[], options: TestImageOptions = {}): Promise<ImageTree> {
  const { store, manifest } = await testImage(layers, options);
  return await walkImage(store, manifest, { keep: all });
}

function shown(tree: ImageTree): Record<string, string> {
  const entries = [...tree.files.values()].map((file): [string, string] => {
    const content = tree.contents.get(file.path);
    return [file.path, file.type === "symlink" ? `-> ${file.linkPath}` : new TextDecoder().decode(content)];
  });
  return Object.fromEntries(entries.filter(([path]) => tree.files.get(path)?.type !== "directory").sort());
}

describe("walkImage", () => {
  it.each([
    { compression: "none" },
    { compression: "gzip" },
    { compression: "zstd" },
    { compression: "none", docker: true },
    { compression: "gzip", docker: true },
    { compression: "zstd", docker: true },
  ] as const)("reads layers of $compression, Docker media types: $docker", async (options) => {
    const tree = await walk([{ "etc/a": "one" }, { "etc/b": "two" }], options);
    expect(shown(tree)).toEqual({ "etc/a": "one", "etc/b": "two" });
    expect(tree.files.get("etc/b")).toMatchObject({ type: "file", mode: 0o644, size: 3, layer: 1 });
    expect(tree.layers.map((layer) => layer.unpackedSize)).toEqual([2048, 2048]);
  });

  it("keeps only the contents asked for, whole or not at all", async () => {
    const { store, manifest } = await testImage([{ small: "12345", large: "1234567890", other: "x" }]);
    const tree = await walkImage(store, manifest, { keep: (path) => (path === "other" ? 0 : 5) });
    expect([...tree.contents.keys()]).toEqual(["small"]);
    expect([...tree.files.keys()]).toEqual(["small", "large", "other"]);
  });

  it("gives a hard link the content, mode and owner of the file it repeats", async () => {
    const tree = await walk([
      { a: { content: "text", mode: 0o4755, uid: 7, gid: 8 }, b: hardLink("a"), c: hardLink("b") },
    ]);
    expect(tree.files.get("c")).toMatchObject({ type: "link", linkPath: "a", mode: 0o4755, uid: 7, gid: 8, size: 0 });
    expect(shown(tree)).toEqual({ a: "text", b: "text", c: "text" });
  });

  it("reads a layer again for a file that was wanted only under the name of a later hard link", async () => {
    const { store, manifest } = await testImage([
      { "store/0f/aa": "wanted", "store/0f/bb": "not wanted", "app/package.json": hardLink("store/0f/aa") },
      { "etc/b": "x" },
    ]);
    const tree = await walkImage(store, manifest, { keep: (path) => (path.endsWith("package.json") ? 100 : 0) });
    expect(new TextDecoder().decode(tree.contents.get("app/package.json"))).toBe("wanted");
    expect(tree.contents.has("store/0f/bb")).toBe(false);
  });

  it("leaves a hard link to what is gone as it is", async () => {
    const tree = await walk([{ a: "text", b: hardLink("a") }, { ".wh.a": "" }, { c: hardLink("a") }]);
    expect(shown(tree)).toEqual({ b: "text", c: "" });
  });
});

describe("walkImage, of an image that is not what it says", () => {
  const layers: readonly TestLayer[] = [{ "etc/a": randomBytes(5000) }, { "etc/b": randomBytes(5000) }];

  it("refuses a layer with a flipped byte, a missing end or bytes after it", async () => {
    const image = await testImage(layers);
    for (const change of [flip, (bytes: Uint8Array) => bytes.subarray(0, -1), more]) {
      const walked = walkImage(changed(image, change), image.manifest, { keep: all });
      await expect(walked).rejects.toMatchObject({ code: "OCI_CONTENT_MISMATCH" });
    }
  });

  it("refuses a layer that is cut short within its tar archive though its digest is right", async () => {
    const image = await testImage([{ a: "x".repeat(2000) }], { compression: "none" });
    const cut = await cutLayer(image, 1024);
    await expect(walkImage(image.store, cut, { keep: all })).rejects.toMatchObject({ code: "FACTS_LAYER_INVALID" });
  });

  it("refuses what is not a layer of files", async () => {
    const { store, manifest } = await testImage(layers);
    const other = {
      ...manifest,
      layers: manifest.layers.map((layer) => ({ ...layer, mediaType: "application/wasm" })),
    };
    await expect(walkImage(store, other, { keep: all })).rejects.toMatchObject({
      code: "FACTS_LAYER_INVALID",
      message: expect.stringContaining("application/wasm"),
    });
  });

  it("checks the digests of the unpacked layers when asked to", async () => {
    const { store, manifest, diffIds } = await testImage(layers);
    const tree = await walkImage(store, manifest, { keep: all, diffIds, verifyDiffIds: true });
    expect(tree.layers.map((layer) => layer.diffId)).toEqual(diffIds);
    const swapped = [...diffIds].reverse();
    await expect(
      walkImage(store, manifest, { keep: all, diffIds: swapped, verifyDiffIds: true }),
    ).rejects.toMatchObject({ code: "FACTS_DIFF_ID_MISMATCH" });
    expect((await walkImage(store, manifest, { keep: all, diffIds: swapped })).files.size).toBe(2);
  });

  it.each([
    ["entries", { entries: 1 }],
    ["listed bytes", { listedBytes: 20 }],
    ["unpacked bytes", { unpackedBytes: 10_000 }],
    ["kept bytes", { keptBytes: 5001 }],
  ])("stops at its limit of %s, counted over all layers", async (_, limits) => {
    const { store, manifest } = await testImage(layers);
    await expect(walkImage(store, manifest, { keep: all, limits })).rejects.toMatchObject({ code: "FACTS_TOO_LARGE" });
  });

  it("stops unpacking a small layer that grows without end", async () => {
    const { store, manifest } = await testImage([{ zeros: new Uint8Array(16 * 2 ** 20) }]);
    expect(manifest.layers[0]?.size).toBeLessThan(100_000);
    const walked = walkImage(store, manifest, { keep: () => 0, limits: { unpackedBytes: 2 ** 20 } });
    await expect(walked).rejects.toMatchObject({ code: "FACTS_TOO_LARGE" });
  });

  it("refuses a layer that unpacks to far more than its size, beyond what is allowed for all of them", async () => {
    const { store, manifest } = await testImage([{ zeros: new Uint8Array(8 * 2 ** 20) }]);
    const allowed = async (swollenBytes: number) =>
      await walkImage(store, manifest, { keep: () => 0, limits: { swollenBytes } });
    await expect(allowed(2 ** 22)).rejects.toMatchObject({
      code: "FACTS_TOO_LARGE",
      message: expect.stringContaining("more than 100 times its size"),
    });
    expect((await allowed(2 ** 23)).files.size).toBe(1);
    const dense = await testImage([{ dense: randomBytes(2 ** 20) }]);
    expect(
      (await walkImage(dense.store, dense.manifest, { keep: () => 0, limits: { swollenBytes: 0 } })).files.size,
    ).toBe(1);
  });

  it.each(["none", "gzip", "zstd"] as const)(
    "does not unpack what follows the end of a layer of %s, but checks it",
    async (compression) => {
      const tar = layerTar({ a: "one" });
      const { store, manifest } = await imageOfTars([Buffer.concat([tar, new Uint8Array(8 * 2 ** 20)])], {
        compression,
      });
      const tree = await walkImage(store, manifest, { keep: all });
      expect(shown(tree)).toEqual({ a: "one" });
      expect(tree.layers.map((layer) => layer.unpackedSize)).toEqual([tar.length + 2 ** 20]);
      const source: Source = {
        ...store,
        async fetch(descriptor) {
          const bytes = Buffer.concat(await Array.fromAsync(await store.fetch(descriptor)));
          bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
          return fromBytes(bytes.subarray(0, 100), bytes.subarray(100));
        },
      };
      await expect(walkImage(source, manifest, { keep: all })).rejects.toMatchObject({ code: "OCI_CONTENT_MISMATCH" });
    },
  );

  it("refuses Zstandard whose reader must hold much, and says how to pack it", async () => {
    const store = createMemoryStore();
    const packed = zstdCompressSync(layerTar({ a: randomBytes(2 ** 20) }), {
      params: { [constants.ZSTD_c_windowLog]: 26 },
    });
    const wide = createZstdCompress({ params: { [constants.ZSTD_c_windowLog]: 26 } });
    wide.end(layerTar({ a: "one" }));
    const { manifest } = await testImage([]);
    for (const [bytes, code] of [
      [packed, null],
      [await buffer(wide), "FACTS_TOO_LARGE"],
    ] as const) {
      const layers = [await put(store, mediaTypes.layerZstd, bytes)];
      const walked = walkImage(store, { ...manifest, layers }, { keep: () => 0 });
      if (code === null) expect((await walked).files.size).toBe(1);
      else await expect(walked).rejects.toMatchObject({ code, hint: expect.stringContaining("without --long") });
    }
  });

  it("refuses paths that no program could open", async () => {
    const path = (length: number) => `${"folder12/".repeat(500).slice(0, length - 1)}e`;
    expect((await walk([{ [path(4095)]: "x" }])).files.size).toBe(1);
    await expect(walk([{ [path(4096)]: "x" }])).rejects.toMatchObject({ code: "FACTS_TOO_LARGE" });
    await expect(walk([{ a: symlink(path(4096)) }])).rejects.toMatchObject({ code: "FACTS_TOO_LARGE" });
    expect((await walk([{ [`${"d/".repeat(512)}e`]: "x" }])).files.size).toBe(1);
    await expect(walk([{ [`${"d/".repeat(513)}e`]: "x" }])).rejects.toMatchObject({ code: "FACTS_TOO_LARGE" });
  });

  it("reads what a source lends, and overwrites, as what it gives", async () => {
    const large = randomBytes(20_000);
    for (const compression of ["none", "gzip", "zstd"] as const) {
      const { store, manifest } = await testImage([{ large, small: "x", linked: hardLink("large") }], { compression });
      for (const size of [5, 16_384]) {
        const source: Source = {
          ...store,
          lend: async (descriptor) => overwritten(await store.fetch(descriptor), size),
        };
        const tree = await walkImage(source, manifest, { keep: all });
        expect(Buffer.compare(tree.contents.get("large") ?? Buffer.alloc(0), large)).toBe(0);
        expect([...tree.files.keys()]).toEqual(["large", "small", "linked"]);
      }
    }
  });

  it("reports the first failure and stops the reading of the other layers", async () => {
    const image = await testImage([...layers, ...layers.map((layer) => ({ ...layer, c: "x" }))]);
    const [largest] = [...image.manifest.layers].sort((a, b) => b.size - a.size);
    let open = 0;
    const source: Source = {
      ...image.store,
      async fetch(descriptor, signal) {
        if (descriptor === largest) throw new Error("gone");
        open++;
        const content = await image.store.fetch(descriptor, signal);
        return (async function* () {
          try {
            yield* content;
            if (signal?.aborted === false) await new Promise((resolve) => signal.addEventListener("abort", resolve));
            signal?.throwIfAborted();
          } finally {
            open--;
          }
        })();
      },
    };
    await expect(walkImage(source, image.manifest, { keep: all })).rejects.toThrow("gone");
    expect(open).toBe(0);
  });

  it("stops when it is told to", async () => {
    const { store, manifest } = await testImage(layers);
    const reason = new Error("enough");
    const walked = walkImage(store, manifest, { keep: all, signal: AbortSignal.abort(reason) });
    await expect(walked).rejects.toBe(reason);
  });
});

/** `content` in pieces of `size` bytes that share one buffer. */
async function* overwritten(content: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  const shared = new Uint8Array(size);
  for await (const chunk of content) {
    for (let at = 0; at < chunk.length; at += size) {
      const piece = chunk.subarray(at, at + size);
      shared.set(piece);
      yield shared.subarray(0, piece.length);
      shared.fill(0xee);
    }
  }
}

describe("walkImage, applying layers", () => {
  const base: TestLayer = { "d/a": "lower", "d/b": "lower", "d/sub/c": "lower", e: "lower" };

  it.each<[string, TestLayer, Record<string, string>]>([
    ["a whiteout removes a file", { "d/.wh.a": "" }, { "d/b": "lower", "d/sub/c": "lower", e: "lower" }],
    ["a whiteout removes a folder with all below it", { ".wh.d": "" }, { e: "lower" }],
    [
      "a whiteout leaves names that only begin alike",
      { "d/.wh.su": "" },
      { "d/a": "lower", "d/b": "lower", "d/sub/c": "lower", e: "lower" },
    ],
    [
      "a whiteout does not touch its own layer",
      { "d/a": "upper", "d/.wh.a": "" },
      { "d/a": "upper", "d/b": "lower", "d/sub/c": "lower", e: "lower" },
    ],
    ["an opaque folder hides what is below", { "d/x": "upper", "d/.wh..wh..opq": "" }, { "d/x": "upper", e: "lower" }],
    ["an opaque root hides everything", { ".wh..wh..opq": "", x: "upper" }, { x: "upper" }],
    ["a file replaces a folder", { d: "upper" }, { d: "upper", e: "lower" }],
    [
      "a folder replaces a file",
      { e: folder, "e/f": "upper" },
      { "d/a": "lower", "d/b": "lower", "d/sub/c": "lower", "e/f": "upper" },
    ],
    [
      "other markers of aufs are passed over",
      { ".wh..wh.plnk": folder, ".wh..wh.aufs": "" },
      { "d/a": "lower", "d/b": "lower", "d/sub/c": "lower", e: "lower" },
    ],
  ])("%s", async (_, upper, expected) => {
    expect(shown(await walk([base, upper]))).toEqual(expected);
  });

  it("puts a file where the links of lower layers lead", async () => {
    const merged: TestLayer = { "usr/lib": folder, "usr/lib/old": "lower", lib: symlink("usr/lib") };
    expect(shown(await walk([merged, { "lib/new": "upper", "lib/.wh.old": "" }]))).toEqual({
      lib: "-> usr/lib",
      "usr/lib/new": "upper",
    });
  });

  it("lets a folder take the place of a link", async () => {
    const tree = await walk([
      { lib: symlink("usr/lib"), "usr/lib/a": "lower" },
      { lib: folder, "lib/b": "upper" },
    ]);
    expect(shown(tree)).toEqual({ "usr/lib/a": "lower", "lib/b": "upper" });
  });

  it("follows a link until a folder takes its place, and not after", async () => {
    const lower: TestLayer = { "usr/lib": folder, lib: symlink("usr/lib") };
    const tree = await walk([lower, { "lib/before": "1", lib: folder, "lib/after": "2" }]);
    expect(shown(tree)).toEqual({ "usr/lib/before": "1", "lib/after": "2" });
  });

  it("drops what stands below a loop of links", async () => {
    expect(shown(await walk([{ a: symlink("b"), b: symlink("a"), "a/x": "lost" }]))).toEqual({ a: "-> b", b: "-> a" });
  });
});

function flip(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[copy.length >> 1] = (copy[copy.length >> 1] ?? 0) ^ 0x10;
  return copy;
}

function more(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, new Uint8Array(1)]);
}

/** The image's store, giving out its last layer changed. */
function changed(image: TestImage, change: (bytes: Uint8Array) => Uint8Array): Source {
  const last = image.manifest.layers.at(-1);
  return {
    ...image.store,
    async fetch(descriptor) {
      const bytes = Buffer.concat(await Array.fromAsync(await image.store.fetch(descriptor)));
      return (async function* () {
        yield descriptor.digest === last?.digest ? change(bytes) : bytes;
      })();
    },
  };
}

/** A manifest whose layer is the first `size` bytes of the image's, with the right digest. */
async function cutLayer(image: TestImage, size: number): Promise<Manifest> {
  const [layer] = image.manifest.layers;
  if (layer === undefined) throw new Error("the image has no layer");
  const bytes = Buffer.concat(await Array.fromAsync(await image.store.fetch(layer))).subarray(0, size);
  return { ...image.manifest, layers: [await put(image.store, layer.mediaType, bytes)] };
}
