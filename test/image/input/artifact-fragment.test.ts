import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { type Cache, openCache } from "../../../src/cache/cache.ts";
import { type ArtifactInput, artifactFragment } from "../../../src/image/input/artifact-fragment.ts";
import { createPackings, loadFragment } from "../../../src/image/layer/fragment.ts";
import {
  folder,
  hardLink,
  program,
  symlink,
  type TestImageOptions,
  type TestLayer,
  testImage,
} from "../../facts/layers.ts";
import { refusal } from "../../support/refusal.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { shownFragment } from "./shown.ts";

const emptyCache = async () => await openCache(await temporaryFolder());

async function inputOf(
  layers: readonly TestLayer[],
  cache: Cache,
  options: Partial<ArtifactInput> & TestImageOptions = {},
): Promise<ArtifactInput> {
  const { compression, ...more } = options;
  const { store, manifest, diffIds } = await testImage(layers, compression === undefined ? {} : { compression });
  for (const { digest } of manifest.layers) await cache.write([store.blobs.get(digest) ?? new Uint8Array(0)]);
  const locked = manifest.layers.map((layer, index) => ({ ...layer, diffId: diffIds[index] ?? "" }));
  return { artifact: { reference: "h/tool:1", layers: locked }, components: [], mtime: 0, ...more };
}

async function shown(layers: readonly TestLayer[], options: Partial<ArtifactInput> & TestImageOptions = {}) {
  const cache = await emptyCache();
  return await shownFragment(artifactFragment(await inputOf(layers, cache, options), cache), cache);
}

const base: TestLayer = {
  opt: folder,
  "opt/tool": { type: "directory", mode: 0o750, uid: 5, gid: 6 },
  "opt/tool/run": { content: "run", mode: 0o4755, uid: 5, gid: 6 },
  "opt/tool/also": hardLink("opt/tool/run"),
  "opt/old/a": "old",
  "etc/passwd": "root",
  "var/lib/dpkg/status": "Package: x",
};
const upper: TestLayer = {
  "opt/.wh.old": "",
  "opt/tool/.wh..wh..opq": "",
  "opt/tool/new": "new",
  "etc/passwd": "changed",
  "usr/bin/tool": symlink("/opt/tool/new"),
};
const day = "1970-01-01";

describe("the content of another image", () => {
  it.each(["none", "gzip", "zstd"] as const)("is what stands when its layers are applied (%s)", async (compression) => {
    expect(await shown([base, upper], { compression })).toEqual({
      opt: `directory 0755 0:0 ${day}`,
      "opt/tool": `directory 0750 5:6 ${day}`,
      "opt/tool/new": `file 0644 0:0 ${day} new`,
      "etc/passwd": `file 0644 0:0 ${day} changed`,
      "usr/bin/tool": `symlink 0777 0:0 ${day} -> /opt/tool/new`,
      "var/lib/dpkg/status": `file 0644 0:0 ${day} Package: x`,
    });
  });

  it("is taken as far as it is chosen, with modes as they are and owners as asked for", async () => {
    const chosen = { includes: ["opt/**", "etc"], excludes: ["opt/old", "etc/passwd", "var/lib/dpkg/status"] };
    expect(await shown([base], chosen)).toEqual({
      opt: `directory 0755 0:0 ${day}`,
      "opt/tool": `directory 0750 5:6 ${day}`,
      "opt/tool/also": `file 4755 5:6 ${day} run`,
      "opt/tool/run": `link 4755 5:6 ${day} -> opt/tool/also`,
    });
    const owned = await shown([base], { ...chosen, uid: 0, gid: 0 });
    expect(owned["opt/tool"]).toBe(`directory 0750 0:0 ${day}`);
    expect(owned["opt/tool/also"]).toBe(`file 4755 0:0 ${day} run`);
  });

  it("keeps what a hard link names when the first name is left out or gone", async () => {
    expect(await shown([base], { includes: ["opt/tool/also"] })).toMatchObject({
      "opt/tool/also": `file 4755 5:6 ${day} run`,
    });
    const rows = await shown([{ a: "text", b: hardLink("a") }, { ".wh.a": "" }, { c: hardLink("b"), d: "" }]);
    expect(rows).toEqual({
      b: `file 0644 0:0 ${day} text`,
      c: `link 0644 0:0 ${day} -> b`,
      d: `file 0644 0:0 ${day}`,
    });
  });

  it("lands in a merged /usr, also where a lower layer has links or real folders", async () => {
    const merged = await shown([{ "usr/bin/a": "1", bin: symlink("usr/bin") }, { "bin/b": program("2") }]);
    expect(Object.keys(merged)).toEqual(["usr/bin/a", "usr/bin/b"]);
    const unmerged = await shown([{ bin: folder, "bin/a": "1", lib: folder, "lib/ld.so": symlink("libc.so") }]);
    expect(unmerged).toEqual({
      "usr/bin/a": `file 0644 0:0 ${day} 1`,
      "usr/lib/ld.so": `symlink 0777 0:0 ${day} -> libc.so`,
    });
  });

  it("has a record that says where it comes from, and owns none of it", async () => {
    const component = {
      type: "generic",
      name: "tool",
      version: "1",
      purl: "pkg:oci/tool",
      licenses: [],
      supplier: null,
      comments: [],
    } as const;
    const rows = await shown([{ a: "1" }], { components: [component] });
    const record = rows["usr/share/hardpan/component/tool.json"] ?? "";
    expect(JSON.parse(record.slice(record.indexOf("{"))).files).toEqual(["usr/share/hardpan/component/tool.json"]);
  });

  it("gives the same bytes each time, and a key that names all it depends on", async () => {
    const [one, other] = [await emptyCache(), await emptyCache()];
    const first = await loadFragment(
      artifactFragment(await inputOf([base, upper], one), one),
      createPackings(one).gzip,
    );
    const second = await loadFragment(
      artifactFragment(await inputOf([base, upper], other), other),
      createPackings(other).gzip,
    );
    expect(second).toEqual(first);
    const input = await inputOf([base], one);
    const keys = [{}, { uid: 0 }, { gid: 0 }, { includes: ["opt"] }, { excludes: ["opt"] }, { mtime: 1 }];
    expect(new Set(keys.map((more) => artifactFragment({ ...input, ...more }, one).key)).size).toBe(keys.length);
  });
});

describe("the content of another image is refused", () => {
  it.each<readonly [string, readonly TestLayer[], Partial<ArtifactInput>, string]>([
    ["when nothing of it is chosen", [base], { includes: ["/usr"] }, "IMAGE_INPUT_INVALID"],
    ["when a device is chosen", [{ "dev/null": { type: "character" } }], {}, "IMAGE_INPUT_INVALID"],
    ["when a hard link names nothing", [{ a: hardLink("b") }], {}, "IMAGE_INPUT_INVALID"],
    ["when it has a file below a file", [{ a: "", "a/b": "" }], {}, "IMAGE_INPUT_INVALID"],
    ["when a folder's name would delete something", [{ "a/.wh.d/x": "" }], {}, "IMAGE_INPUT_INVALID"],
    ["when a glob leads outside", [base], { includes: ["../x"] }, "IMAGE_PATH_INVALID"],
  ])("%s", async (_, layers, options, code) => {
    await expect(shown(layers, options)).rejects.toThrow(refusal(code));
  });

  it("but not for a device that is left out", async () => {
    expect(Object.keys(await shown([{ "dev/null": { type: "character" }, a: "" }], { excludes: ["dev"] }))).toEqual([
      "a",
    ]);
  });

  it("when a layer unpacks to something else than is locked", async () => {
    const cache = await emptyCache();
    const input = await inputOf([base], cache);
    const layers = input.artifact.layers.map((layer) => ({ ...layer, diffId: `sha256:${"0".repeat(64)}` }));
    const source = artifactFragment({ ...input, artifact: { reference: "h/tool:1", layers } }, cache);
    await expect(loadFragment(source, createPackings(cache).gzip)).rejects.toThrow(
      refusal("IMAGE_INPUT_INVALID", "h/tool:1"),
    );
  });

  it("when a layer is not in the cache, or has changed there", async () => {
    const cache = await emptyCache();
    const input = await inputOf([base, upper], cache);
    const sha256 = input.artifact.layers[1]?.digest.slice(7) ?? "";
    const path = (await cache.path(sha256)) ?? "";
    await writeFile(path, Buffer.from("no longer gzip"));
    await expect(loadFragment(artifactFragment(input, cache), createPackings(cache).gzip)).rejects.toThrow(
      refusal("CACHE_CORRUPT", sha256),
    );
    await expect(loadFragment(artifactFragment(input, cache), createPackings(cache).gzip)).rejects.toThrow(
      refusal("IMAGE_INPUT_MISSING", sha256),
    );
  });
});
