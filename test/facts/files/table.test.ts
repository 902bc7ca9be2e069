import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFileTable } from "../../../src/facts/files/table.ts";
import type { ImageFile } from "../../../src/facts/model.ts";
import { hasAncestor } from "../../../src/facts/path.ts";

const name = fc.constantFrom("a", "b", "etc", "ü", "名前", "\ud800", "x".repeat(300), "A\u00ff");
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
const type = fc.constantFrom<ImageFile["type"]>("file", "directory", "symlink", "link", "fifo");
const file = fc
  .record({
    path,
    type,
    mode: fc.constantFrom(0o644, 0o4755),
    uid: fc.nat(3),
    gid: fc.nat(3),
    size: fc.constantFrom(0, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 50),
    layer: fc.nat(3),
    target: path,
    capabilities: fc.option(fc.constant("cap_net_raw=ep")),
  })
  .map(({ target, capabilities, ...rest }): ImageFile => {
    const linkPath = rest.type === "symlink" || rest.type === "link" ? target : "";
    return { ...rest, linkPath, ...(capabilities === null ? {} : { capabilities }) };
  });
const action = fc.oneof(
  file.map((set) => ({ set })),
  path.map((remove) => ({ remove })),
  fc.record({ paths: fc.array(path, { maxLength: 2 }), folders: fc.array(path, { maxLength: 2 }), before: fc.nat(4) }),
);

describe("createFileTable", () => {
  it("is a map, whatever is set, deleted and dropped", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const table = createFileTable();
        const map = new Map<string, ImageFile>();
        for (const one of actions) {
          if ("set" in one) {
            table.set(one.set.path, one.set);
            map.set(one.set.path, one.set);
          } else if ("remove" in one) {
            expect(table.delete(one.remove)).toBe(map.delete(one.remove));
          } else {
            const [paths, folders] = [new Set(one.paths), new Set(one.folders)];
            table.drop({ paths, folders, before: one.before });
            for (const [key, { layer }] of map) {
              const isNamed = paths.has(key) || hasAncestor(key, paths) || hasAncestor(key, folders);
              if (isNamed && layer < one.before) map.delete(key);
            }
          }
        }
        expect(table.size).toBe(map.size);
        expect(new Map(table)).toEqual(map);
        expect(new Set(table.keys())).toEqual(new Set(map.keys()));
        for (const [key, value] of map) {
          expect(table.get(key)).toEqual(value);
          expect(table.has(key)).toBe(true);
        }
      }),
      { numRuns: 500, seed: 4 },
    );
  });

  it("gives each file a row of its own that stays the same, and none to a folder it was not told of", () => {
    const table = createFileTable();
    const paths = Array.from({ length: 20_000 }, (_, at) => `d${at % 70}/e${at % 13}/f${at}`);
    for (const one of paths) table.set(one, plain(one));
    const rows = paths.map((one) => table.rowOf(one));
    expect(new Set(rows).size).toBe(paths.length);
    expect(Math.min(...rows)).toBeGreaterThan(0);
    table.set("more", plain("more"));
    expect(paths.map((one) => table.rowOf(one))).toEqual(rows);
    expect(table.rowOf("d1")).toBe(-1);
    expect(table.get("d1/e1")).toBeUndefined();
    expect(table.rowOf("absent")).toBe(-1);
  });

  it("refuses files that differ in too many owners", () => {
    const table = createFileTable();
    const fill = () => {
      for (let uid = 0; uid < 70_000; uid++) table.set(`f${uid}`, { ...plain(`f${uid}`), uid });
    };
    expect(fill).toThrow(expect.objectContaining({ code: "FACTS_TOO_LARGE" }));
  });
});

function plain(path: string): ImageFile {
  return { path, type: "file", mode: 0o644, uid: 0, gid: 0, size: 3, linkPath: "", layer: 0 };
}
