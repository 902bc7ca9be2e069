import { describe, expect, it } from "vitest";
import type { ImageFile } from "../../src/facts/model.ts";
import { findFile, nameOf, parentOf, resolvePath } from "../../src/facts/path.ts";

const links: Readonly<Record<string, string>> = {
  bin: "usr/bin",
  "usr/bin/awk": "/etc/alternatives/awk",
  "etc/alternatives/awk": "../../usr/bin/mawk",
  "usr/lib64": "lib",
  up: "../../../../etc",
  loop: "pool",
  pool: "loop",
  self: "self/deeper",
  dangling: "nowhere/at/all",
};

const files: ReadonlyMap<string, ImageFile> = new Map([
  ...Object.entries(links).map(([path, linkPath]): [string, ImageFile] => [
    path,
    file(path, { type: "symlink", linkPath }),
  ]),
  ["usr/bin/mawk", file("usr/bin/mawk", {})],
]);

function file(path: string, rest: Partial<ImageFile>): ImageFile {
  return { path, type: "file", mode: 0o755, uid: 0, gid: 0, size: 1, linkPath: "", layer: 0, ...rest };
}

describe("resolvePath", () => {
  it.each([
    ["usr/bin/mawk", "usr/bin/mawk"],
    ["/usr//bin/./mawk", "usr/bin/mawk"],
    ["bin/mawk", "usr/bin/mawk"],
    ["bin/awk", "usr/bin/mawk"],
    ["usr/lib64/x/../y", "usr/lib/y"],
    ["up/passwd", "etc/passwd"],
    ["..", ""],
    ["", ""],
    ["dangling", "nowhere/at/all"],
    ["loop", null],
    ["loop/x", null],
    ["self", null],
  ])("leads %s to %s", (path, place) => {
    expect(resolvePath(files, path)).toBe(place);
  });

  it("keeps a link that stands last when it is not to be followed", () => {
    expect(resolvePath(files, "bin/awk", { followLast: false })).toBe("usr/bin/awk");
  });
});

describe("findFile", () => {
  it("finds what a chain of links leads to, and nothing where it leads to nothing", () => {
    expect(findFile(files, "/bin/awk")?.path).toBe("usr/bin/mawk");
    expect(findFile(files, "dangling")).toBeNull();
    expect(findFile(files, "loop")).toBeNull();
  });
});

describe("parentOf and nameOf", () => {
  it("split a path at its last slash", () => {
    expect([parentOf("a/b/c"), nameOf("a/b/c")]).toEqual(["a/b", "c"]);
    expect([parentOf("c"), nameOf("c")]).toEqual(["", "c"]);
  });
});
