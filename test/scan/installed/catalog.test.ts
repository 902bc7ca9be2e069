import { describe, expect, it } from "vitest";
import { catalogDatabases, type DatabasePackage } from "../../../src/scan/installed/catalog.ts";
import type { FolderFiles } from "../../../src/scan/installed/files.ts";
import { createOwners, ownableFiles } from "../../../src/scan/owners.ts";
import { treeOf } from "../harness.ts";

function item(name: string, rest: { readonly files?: FolderFiles[]; readonly dependsOn?: number[] } = {}) {
  const described = {
    ...{ type: "rpm", name, version: "1", source: null, purl: `pkg:rpm/${name}@1`, licenses: [] },
    ...{ supplier: null, architecture: null, comments: [] },
  };
  return { described, files: rest.files ?? [], dependsOn: rest.dependsOn ?? [] } satisfies DatabasePackage;
}

const tree = treeOf({ "usr/a": "a", "db/file": "x", "db/lock": "x" }, []);

describe("catalogDatabases", () => {
  it("joins what two databases say of the same package", () => {
    const owners = createOwners(ownableFiles(tree.files));
    const packages = catalogDatabases(
      { tree, owners },
      [
        { path: "z/db", packages: [item("a", { dependsOn: [1, 2] }), item("b"), item("a")] },
        { path: "db/file", packages: [item("c"), item("a", { files: [["usr", "a"]], dependsOn: [0, 9] })] },
      ],
      { manager: "rpm" },
    );
    expect(packages.map(({ name }) => name)).toEqual(["a", "b", "c"]);
    expect(packages[0]).toMatchObject({
      locations: ["db/file", "z/db"],
      evidence: "usr/a",
      dependsOn: ["pkg:rpm/b@1", "pkg:rpm/c@1"],
    });
  });

  it("gives the database to the manager where it is installed, else the file alone to its first package", () => {
    const [without, withManager] = [createOwners(ownableFiles(tree.files)), createOwners(ownableFiles(tree.files))];
    catalogDatabases({ tree, owners: without }, [{ path: "db/file", packages: [item("a")] }], { manager: "rpm" });
    expect([without.ownerOf("db/file"), without.ownerOf("db/lock")]).toEqual(["pkg:rpm/a@1", null]);
    const packages = [item("a"), item("rpm")];
    catalogDatabases({ tree, owners: withManager }, [{ path: "db/file", packages }], { manager: "rpm" });
    expect([withManager.ownerOf("db/file"), withManager.ownerOf("db/lock")]).toEqual([
      "pkg:rpm/rpm@1",
      "pkg:rpm/rpm@1",
    ]);
  });
});
