import { describe, expect, it } from "vitest";
import { evidenceOf, type FolderFiles, packFolders, pathsOf } from "../../../src/scan/installed/files.ts";
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
    ["a regular file rather than a link", [["usr/lib", "libx.so/libx.so.1"]], "usr/lib/libx.so.1"],
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
    expect([
      ...pathsOf([
        ["usr/lib", "a/b"],
        ["", "c"],
      ]),
    ]).toEqual(["usr/lib/a", "usr/lib/b", "c"]);
  });
});

describe("packFolders", () => {
  it("leaves out what no file can be called, and folders without files", () => {
    const long = "x".repeat(5000);
    expect(
      packFolders([
        { folder: "/usr/", names: ["a", "", "b/c", long, "d"] },
        { folder: `/${long}/`, names: ["a"] },
        { folder: "/opt", names: [] },
      ]),
    ).toEqual([["usr", "a/d"]]);
  });

  it.for([
    ["/usr/bin/", "usr/bin"],
    ["/", ""],
    ["", ""],
    ["//", ""],
    ["usr", "usr"],
    ["///usr///", "usr"],
  ] as const)("calls the folder %j %j", ([folder, plain]) => {
    expect(packFolders([{ folder, names: ["a"] }])).toEqual([[plain, "a"]]);
  });
});
