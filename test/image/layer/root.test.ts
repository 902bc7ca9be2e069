import { describe, expect, it } from "vitest";
import { parentPaths } from "../../../src/facts/path.ts";
import type { FileTrait } from "../../../src/facts/trait.ts";
import { checkConflicts } from "../../../src/image/layer/conflict.ts";
import type { DirectoryRow, FileRow, Fragment } from "../../../src/image/layer/fragment.ts";
import { growRoot, type Root, traitsIn } from "../../../src/image/layer/root.ts";
import { skeletonEntries } from "../../../src/image/layer/skeleton.ts";

const file = (path: string, more: Partial<{ type: FileRow[1]; linkPath: string }> = {}): FileRow => [
  path,
  more.type ?? "file",
  1,
  0o644,
  0,
  0,
  more.linkPath ?? "",
];
const folder = (path: string, mode = 0o755, uid = 0): DirectoryRow => [path, mode, uid, uid, 7];

function fragment(
  key: string,
  rows: readonly (FileRow | DirectoryRow)[],
  traits: readonly (readonly [string, FileTrait])[] = [],
): Fragment {
  const files = rows.filter((row): row is FileRow => row.length === 7);
  const directories = rows.filter((row): row is DirectoryRow => row.length === 5);
  return { key, sha256: "", size: 0, unpackedSize: 0, newest: 7, package: null, directories, files, traits };
}

const grown = (...layers: readonly Fragment[]): Root =>
  layers.reduce<Root>((root, one, layer) => growRoot(root, [[one]], { layer, directories: "last" }), new Map());
const pathsOf = (root: Root) => [...root.keys()].toSorted();

const lower = fragment("lower", [folder("opt"), folder("opt/a", 0o700), file("opt/a/x"), file("opt/ab"), file("top")]);

describe("growRoot", () => {
  it("takes away what whiteouts name, with all below and nothing beside it", () => {
    expect(pathsOf(grown(lower, fragment("upper", [file("opt/.wh.a")])))).toEqual(["opt", "opt/ab", "top"]);
    expect(pathsOf(grown(lower, fragment("upper", [file(".wh.opt")])))).toEqual(["top"]);
    expect(pathsOf(grown(lower, fragment("upper", [file(".wh..wh..opq")])))).toEqual([]);
  });

  it("empties an opaque folder and keeps what the same layer puts there, folders too", () => {
    const upper = fragment("upper", [
      file("opt/a/.wh..wh..opq"),
      folder("opt/a", 0o750),
      folder("opt/a/sub", 0o711, 5),
      file("opt/a/sub/y"),
    ]);
    const root = grown(lower, upper);
    expect(pathsOf(root)).toEqual(["opt", "opt/a", "opt/a/sub", "opt/a/sub/y", "opt/ab", "top"]);
    expect(root.get("opt/a/sub")).toMatchObject({ mode: 0o711, uid: 5 });
  });

  it("loses what was in a folder that becomes a link", () => {
    const root = grown(lower, fragment("upper", [file("opt/a", { type: "symlink", linkPath: "/srv" })]));
    expect(pathsOf(root)).toEqual(["opt", "opt/a", "opt/ab", "top"]);
  });

  it("keeps of folders the first among packages and the last among layers", () => {
    const other = fragment("other", [folder("opt", 0o711)]);
    const mode = (directories: "first" | "last") =>
      growRoot(new Map(), [[lower], [other]], { layer: 0, directories }).get("opt")?.mode;
    expect([mode("first"), mode("last")]).toEqual([0o755, 0o711]);
  });
});

describe("traitsIn", () => {
  const script: FileTrait = { kind: "script", interpreter: "/bin/sh", argument: null };

  it("gives what is there in the end: not what was replaced, taken away or became a folder", () => {
    const scripts = fragment(
      "scripts",
      ["a", "b", "c", "d"].map((path) => file(path)).concat([file("e", { type: "link", linkPath: "d" })]),
      ["a", "b", "c", "d"].map((path) => [path, script] as const),
    );
    const upper = fragment("upper", [file("a"), file(".wh.b"), folder("c"), file("c/x")]);
    expect([...traitsIn(grown(scripts, upper), [scripts, upper]).keys()].toSorted()).toEqual(["d", "e"]);
  });
});

describe("skeletonEntries", () => {
  it("are the folders of a layer, parents first, as the whole image has them", () => {
    const upper = fragment("upper", [file("opt/a/deep/er/y")]);
    const root = grown(lower, upper);
    expect(skeletonEntries([upper], root).map(({ path, mode }) => `${path} ${mode.toString(8)}`)).toEqual([
      "opt 755",
      "opt/a 700",
      "opt/a/deep 755",
      "opt/a/deep/er 755",
    ]);
    expect(parentPaths("a/b/c")).toEqual(["a", "a/b"]);
  });
});

describe("checkConflicts", () => {
  it("refuses a link in one package where another has a folder, whichever comes first", () => {
    const linked = fragment("linked", [file("opt/a", { type: "symlink", linkPath: "b" })]);
    const inside = fragment("inside", [file("opt/a/x")]);
    for (const pair of [
      [linked, inside],
      [inside, linked],
      [linked, fragment("empty", [folder("opt/a")])],
    ]) {
      expect(() => checkConflicts(pair)).toThrow(expect.objectContaining({ code: "IMAGE_FILE_CONFLICT" }));
    }
    expect(() => checkConflicts([inside, fragment("beside", [folder("opt"), file("opt/b")])])).not.toThrow();
  });
});
