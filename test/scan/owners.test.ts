import { describe, expect, it } from "vitest";
import { createOwners, ownableFiles } from "../../src/scan/owners.ts";
import { treeOf } from "./harness.ts";

const link = (linkPath: string) => ({ type: "symlink" as const, linkPath });
const { files } = treeOf(
  { lib: link("usr/lib"), "usr/lib/libz.so": "x", "usr/bin/sh": "x", "opt/app/deep/x": "x", "opt/app2/x": "x" },
  [],
);

describe("createOwners", () => {
  it("knows a file by the path it was recorded under, with other names of its folder", () => {
    const owners = createOwners(ownableFiles(files));
    owners.add("/lib/libz.so", "pkg:deb/debian/zlib1g@1");
    owners.add("/bin/sh", "pkg:deb/debian/dash@1");
    expect(owners.ownerOf("usr/lib/libz.so")).toBe("pkg:deb/debian/zlib1g@1");
    expect(owners.ownerOf("usr/bin/sh")).toBe("pkg:deb/debian/dash@1");
    expect(owners.owns("opt/app2/x")).toBe(false);
  });

  it("leaves a file to its first owner, and a folder's files to the folder's", () => {
    const owners = createOwners(ownableFiles(files));
    owners.addFolder("opt/app", "pkg:npm/app@1");
    owners.add("usr/bin/sh", "pkg:a/a@1");
    owners.add("usr/bin/sh", "pkg:b/b@1");
    expect(owners.ownerOf("usr/bin/sh")).toBe("pkg:a/a@1");
    expect(owners.ownerOf("opt/app/deep/x")).toBe("pkg:npm/app@1");
    expect(owners.ownerOf("opt/app2/x")).toBeNull();
  });

  it("gives no package a folder of the system as a whole", () => {
    const owners = createOwners(ownableFiles(files));
    for (const folder of ["", "usr", "usr/lib", "opt"]) owners.addFolder(folder, "pkg:npm/greedy@1");
    expect(owners.owns("usr/lib/libz.so")).toBe(false);
  });
});
