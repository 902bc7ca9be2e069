import { describe, expect, it } from "vitest";
import { decompress } from "../../../src/archive/decompress.ts";
import { readTar } from "../../../src/archive/tar-read.ts";
import { openCache } from "../../../src/cache/cache.ts";
import { opaqueMarkerOf, whiteoutOf } from "../../../src/facts/whiteout.ts";
import { fragmentContents } from "../../../src/image/layer/content.ts";
import { directoryEntry, type Entry, fileEntry, symlinkEntry } from "../../../src/image/layer/entry.ts";
import { createPackings, type Fragment, loadFragment } from "../../../src/image/layer/fragment.ts";
import { composeLayer, type Layer, layerContent } from "../../../src/image/layer/layer.ts";
import { relocateFragment } from "../../../src/image/layer/relocate.ts";
import { growRoot, type Root } from "../../../src/image/layer/root.ts";
import { squash } from "../../../src/image/layer/squash.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const link = (path: string, linkPath: string): Entry => ({ ...fileEntry(path, ""), type: "link", linkPath });
const gone = (path: string) => fileEntry(whiteoutOf(path), "");

async function packing() {
  return createPackings(await openCache(await temporaryFolder())).gzip;
}

async function stacked(...contents: readonly (readonly Entry[])[]) {
  const packer = await packing();
  const layers: Layer[] = [];
  const fragments: Fragment[] = [];
  let root: Root = new Map();
  for (const [index, entries] of contents.entries()) {
    const fragment = await loadFragment({ key: `layer ${index}`, open: async () => ({ entries }) }, packer);
    root = growRoot(root, [[fragment]], { layer: index, directories: "last" });
    layers.push(await composeLayer({ name: `layer ${index}`, fragments: [fragment], root }, packer));
    fragments.push(fragment);
  }
  return { layers, fragments, root, packer };
}

/** What is in one layer that holds all that is left of these, in its order. */
async function squashed(...contents: readonly (readonly Entry[])[]): Promise<readonly string[]> {
  const { layers, root, packer } = await stacked(...contents);
  const one = await squash({ layers, root }, packer);
  const shown: string[] = [];
  const tar = decompress(layerContent(one, packer.cache, "stream"), { limit: 1 << 30, what: "a layer" });
  for await (const { header, content } of readTar(tar)) {
    const text = header.type === "file" ? Buffer.concat(await Array.fromAsync(content)).toString() : header.linkPath;
    shown.push(`${header.type} ${header.path} ${header.mode.toString(8)} ${text}`.trim());
  }
  return shown.toSorted();
}

describe("a squashed layer", () => {
  it("has nothing of what upper layers take away, and no markers", async () => {
    expect(
      await squashed(
        [directoryEntry("a"), fileEntry("a/x", "x"), fileEntry("b", "b")],
        [gone("a"), gone("b"), fileEntry("c", "c")],
      ),
    ).toEqual(["file c 644 c"]);
  });

  it("has of an emptied folder what came after, with its mode", async () => {
    expect(
      await squashed(
        [directoryEntry("a"), fileEntry("a/x", "x")],
        [directoryEntry("a", { mode: 0o700 }), fileEntry(opaqueMarkerOf("a"), ""), fileEntry("a/y", "y")],
      ),
    ).toEqual(["directory a 700", "file a/y 644 y"]);
  });

  it("has a link in the place of a folder, and nothing of that", async () => {
    expect(
      await squashed([directoryEntry("a"), fileEntry("a/x", "x"), directoryEntry("b")], [symlinkEntry("a", "b")]),
    ).toEqual(["directory b 755", "symlink a 777 b"]);
  });

  it("keeps hard links, and makes the next name the file where the first is gone or replaced", async () => {
    expect(await squashed([fileEntry("one", "1"), link("two", "one")])).toEqual(["file one 644 1", "link two 644 one"]);
    expect(await squashed([fileEntry("one", "1"), link("three", "one"), link("two", "one")], [gone("one")])).toEqual([
      "file three 644 1",
      "link two 644 three",
    ]);
    expect(await squashed([fileEntry("one", "1"), link("two", "one")], [fileEntry("one", "other")])).toEqual([
      "file one 644 other",
      "file two 644 1",
    ]);
  });
});

describe("fragmentContents", () => {
  it("reads of each path what the last layer has, a hard link's by its first name", async () => {
    const { fragments, packer } = await stacked(
      [fileEntry("a", "old"), fileEntry("b", "b"), link("c", "b")],
      [fileEntry("a", "new")],
    );
    const contents = await fragmentContents(fragments, ["a", "c"], packer);
    expect([...contents].map(([path, bytes]) => [path, new TextDecoder().decode(bytes)])).toEqual([
      ["a", "new"],
      ["c", "b"],
    ]);
    await expect(fragmentContents(fragments, ["d"], packer)).rejects.toMatchObject({ code: "IMAGE_PATH_INVALID" });
  });
});

describe("relocateFragment", () => {
  const below = [directoryEntry("etc/ssl", { mode: 0o711 }), symlinkEntry("usr/lib/ssl", "/etc/ssl")];

  it("puts files where links of lower layers lead, hard links and markers too", async () => {
    const { root, packer } = await stacked(below);
    const entries = [
      directoryEntry("usr/lib/ssl", { mode: 0o700, uid: 5 }),
      directoryEntry("usr/lib/ssl/sub", { mode: 0o750 }),
      fileEntry("usr/lib/ssl/a", "a"),
      link("usr/lib/ssl/sub/b", "usr/lib/ssl/a"),
      gone("usr/lib/ssl/c"),
      fileEntry("bin/tool", "t"),
      fileEntry("srv/x", "x"),
    ];
    const source = await loadFragment({ key: "added", open: async () => ({ entries }) }, packer);
    const moved = await relocateFragment(source, { root, name: "added" }, packer);
    expect(moved.files.map(([path, type, , , , , target]) => `${type} ${path} ${target}`.trim())).toEqual([
      "file etc/ssl/a",
      "link etc/ssl/sub/b etc/ssl/a",
      "file etc/ssl/.wh.c",
      "file usr/bin/tool",
      "file srv/x",
    ]);
    expect(moved.directories.map(([path, mode]) => [path, mode])).toEqual([["etc/ssl/sub", 0o750]]);
  });

  it("leaves a fragment as it is that no link concerns, and refuses loops of links", async () => {
    const { root, packer } = await stacked([...below, symlinkEntry("a", "b"), symlinkEntry("b", "a")]);
    const load = async (key: string, path: string) =>
      await loadFragment({ key, open: async () => ({ entries: [fileEntry(path, "x")] }) }, packer);
    const plain = await load("plain", "usr/lib/x");
    expect(await relocateFragment(plain, { root, name: "plain" }, packer)).toBe(plain);
    await expect(relocateFragment(await load("loop", "a/x"), { root, name: "file x" }, packer)).rejects.toMatchObject({
      code: "IMAGE_PATH_INVALID",
      message: expect.stringContaining("file x: /a"),
    });
  });
});
