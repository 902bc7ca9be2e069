import { describe, expect, it } from "vitest";
import { evidenceOf, type FolderFiles, pathsOf, plainFolder } from "../../../src/scan/installed/files.ts";
import { treeOf } from "../harness.ts";

const tree = treeOf(
  {
    lib: { type: "symlink", linkPath: "usr/lib" },
    "usr/lib/libx.so": { type: "symlink", linkPath: "libx.so.1" },
    "usr/lib/libx.so.1": "elf",
    "etc/x.conf": "x",
  },
  [],
);

describe("evidenceOf", () => {
  it.for([
    ["a regular file rather than a link", [["usr/lib", "libx.so", "libx.so.1"]], "usr/lib/libx.so.1"],
    [
      "a program rather than a setting",
      [
        ["etc", "x.conf"],
        ["usr/lib", "libx.so.1"],
      ],
      "usr/lib/libx.so.1",
    ],
    [
      "a setting rather than nothing",
      [
        ["usr/lib", "libx.so"],
        ["etc", "x.conf"],
      ],
      "etc/x.conf",
    ],
    ["a file by another name of its folder", [["lib", "libx.so.1"]], "usr/lib/libx.so.1"],
    [
      "nothing that is not in the image",
      [
        ["usr/lib", "absent"],
        ["absent", "x"],
      ],
      undefined,
    ],
  ] as [string, FolderFiles[], string | undefined][])("is %s", ([, files, evidence]) => {
    expect(evidenceOf(tree, files)).toBe(evidence);
  });
});

describe("pathsOf", () => {
  it("joins folders and names, also in the root", () => {
    expect([...pathsOf([["usr/lib", "a", "b"], ["", "c"], ["empty"]])]).toEqual(["usr/lib/a", "usr/lib/b", "c"]);
  });
});

describe("plainFolder", () => {
  it.for([
    ["/usr/bin/", "usr/bin"],
    ["/", ""],
    ["", ""],
    ["//", ""],
    ["usr", "usr"],
    ["///usr///", "usr"],
  ] as const)("of %j is %j", ([folder, plain]) => {
    expect(plainFolder(folder)).toBe(plain);
  });
});
