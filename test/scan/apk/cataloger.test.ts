import { describe, expect, it } from "vitest";
import type { Distribution } from "../../../src/sbom/model.ts";
import { apkCataloger } from "../../../src/scan/apk/cataloger.ts";
import { catalogFiles, type HarnessFile } from "../harness.ts";
import { alpineDatabase } from "./made.ts";

const alpine: Distribution = { id: "alpine", versionId: "3.21.3", codename: null, prettyName: null };
const path = "lib/apk/db/installed";

function catalog(files: Readonly<Record<string, HarnessFile>>, distribution: Distribution | null = alpine) {
  return catalogFiles(apkCataloger, files, { distribution });
}

describe("apkCataloger", () => {
  it("describes a package with its source, licence, maintainer, URL and what it depends on", () => {
    const { packages, warnings } = catalog({
      [path]: alpineDatabase,
      "etc/ssl/openssl.cnf": "changed",
      "usr/lib/libcrypto.so.3": "elf",
    });
    expect(packages[1]).toEqual({
      type: "apk",
      name: "libcrypto3",
      version: "3.3.3-r0",
      source: { name: "openssl", version: "3.3.3-r0" },
      purl: "pkg:apk/alpine/libcrypto3@3.3.3-r0?arch=x86_64&distro=alpine-3.21.3&upstream=openssl",
      licenses: ["Apache-2.0"],
      locations: [path],
      evidence: "usr/lib/libcrypto.so.3",
      supplier: "Ariadne Conill <ariadne@dereferenced.org>",
      architecture: "x86_64",
      comments: [],
      dependsOn: ["pkg:apk/alpine/musl@1.2.5-r9?arch=x86_64&distro=alpine-3.21.3"],
    });
    expect(packages.map(({ name }) => name)).toEqual(["musl", "libcrypto3", "busybox", "apk-tools", ".build-deps"]);
    expect(warnings).toEqual([]);
  });

  it("knows whose a file is, and the database for apk's", () => {
    const { owners, packages } = catalog({
      "usr/lib/apk/db/installed": alpineDatabase,
      "usr/lib/apk/db/triggers": "",
      bin: { type: "symlink", linkPath: "usr/bin" },
      "usr/bin/busybox": "elf",
      "usr/bin/other": "elf",
    });
    expect(owners.ownerOf("usr/bin/busybox")).toBe(packages[2]?.purl);
    expect(owners.ownerOf("usr/bin/other")).toBeNull();
    expect(owners.ownerOf("usr/lib/apk/db/installed")).toBe(packages[3]?.purl);
    expect(owners.ownerOf("usr/lib/apk/db/triggers")).toBe(packages[3]?.purl);
  });

  it.for([
    ["wolfi", "20230201", "pkg:apk/wolfi/a@1-r0?arch=x86_64&distro=wolfi-20230201"],
    ["chainguard", "20230214", "pkg:apk/chainguard/a@1-r0?arch=x86_64&distro=chainguard-20230214"],
    [null, null, "pkg:apk/alpine/a@1-r0?arch=x86_64"],
  ] as const)("names a package of %s", ([id, versionId, purl]) => {
    const distribution = id === null ? null : { id, versionId, codename: null, prettyName: null };
    const { packages } = catalog({ [path]: "P:a\nV:1-r0\nA:x86_64\no:a\n" }, distribution);
    expect(packages[0]?.purl).toBe(purl);
  });

  it("has a package of two databases once, and warns of what is damaged", () => {
    const both = catalog({ [path]: "P:a\nV:1\n", "usr/lib/apk/db/installed": "P:a\nV:1\n\nP:b\n\nV:1\n" });
    expect(both.packages).toMatchObject([{ name: "a", locations: [path, "usr/lib/apk/db/installed"] }]);
    expect(both.warnings).toEqual([
      { path: "usr/lib/apk/db/installed", reason: "2 of its paragraphs have no name or version" },
    ]);
  });
});
