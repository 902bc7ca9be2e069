import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packFiles, restoreFiles } from "../../../src/facts/files/packed.ts";
import type { ImageFile } from "../../../src/facts/model.ts";

const path = fc
  .array(fc.constantFrom("a", "usr", "lib", "ü", "名前", "😀x", "y".repeat(500)), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join("/"));
const file = fc
  .record({
    path,
    type: fc.constantFrom<ImageFile["type"]>("file", "directory", "symlink", "link", "character", "block", "fifo"),
    mode: fc.nat(0o7777),
    uid: fc.nat(2 ** 31),
    gid: fc.nat(70_000),
    size: fc.constantFrom(0, 127, 128, 2 ** 40 + 3),
    linkPath: fc.oneof(fc.constant(""), path),
    capabilities: fc.option(fc.constant("cap_chown=ep")),
  })
  .map(({ capabilities, ...rest }): ImageFile => {
    return { ...rest, layer: 7, ...(capabilities === null ? {} : { capabilities }) };
  });

describe("packFiles", () => {
  it("gives back what was added, from memory and from its bytes", () => {
    fc.assert(
      fc.property(fc.array(file, { maxLength: 40 }), (files) => {
        const list = packFiles(7);
        for (const one of files) list.add(one);
        expect(list.count).toBe(files.length);
        expect([...list.read()]).toEqual(files);
        expect([...restoreFiles(list.blocks(), 7).read()]).toEqual(files);
        expect([...list.read({ drain: true })]).toEqual(files);
        expect([...list.read()]).toEqual([]);
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it("goes over many blocks", () => {
    const list = packFiles(0);
    const paths = Array.from({ length: 30_000 }, (_, at) => `folder-${at % 100}/${"x".repeat(at % 40)}${at}`);
    for (const one of paths)
      list.add({ path: one, type: "file", mode: 0, uid: 0, gid: 0, size: 1, linkPath: "", layer: 0 });
    expect(list.blocks().length).toBeGreaterThan(2);
    expect([...list.read()].map((one) => one.path)).toEqual(paths);
  });
});
