import { describe, expect, it } from "vitest";
import { packageUrl } from "../../../src/sbom/purl.ts";
import { goCataloger } from "../../../src/scan/go/cataloger.ts";
import { elfProgram } from "../../support/elf-program.ts";
import { buildInfo, moduleLines } from "../../support/go-build-info.ts";
import { catalogFiles } from "../harness.ts";

const program = (version: string, lines: string) =>
  elfProgram({ loaded: [{ content: buildInfo(version, lines), writable: true }] });

const stdlib = "pkg:golang/stdlib@1.22.1";
const ansiterm = "pkg:golang/github.com/azure/go-ansiterm@v0.0.0-20230124172434-306776ec8161";
const near = packageUrl({ type: "golang", namespace: "example.org", name: "near", version: "(devel)" });
const tool = packageUrl({ type: "golang", namespace: "example.org", name: "tool", version: "(devel)" });
const sys = "pkg:golang/golang.org/x/sys@v0.21.0";

describe("goCataloger", () => {
  it("lists the main module, what is built into it and the standard library", () => {
    const { packages, owners } = catalogFiles(goCataloger, { "usr/bin/tool": program("go1.22.1", moduleLines) });
    const kind = { type: "golang", source: null, licenses: [], supplier: null };
    const plain = { ...kind, locations: ["usr/bin/tool"], evidence: "usr/bin/tool", dependsOn: [] };
    expect(packages).toEqual([
      {
        ...plain,
        ...{ name: "example.org/tool", version: "(devel)", purl: tool },
        architecture: "arm64",
        comments: [
          "linked with main.version=1.4.2",
          "linked with example.org/tool/info.Version=1.4.2-rc1",
          "git revision 0123456789abcdef0123456789abcdef01234567, changed",
        ],
        dependsOn: [near, ansiterm, sys, stdlib].sort(),
      },
      { ...plain, name: "stdlib", version: "1.22.1", purl: stdlib, architecture: null, comments: [] },
      {
        ...plain,
        ...{ name: "github.com/Azure/go-ansiterm", version: "v0.0.0-20230124172434-306776ec8161", purl: ansiterm },
        ...{ architecture: null, comments: [] },
      },
      {
        ...plain,
        ...{ name: "golang.org/x/sys", version: "v0.21.0", purl: sys, architecture: null },
        comments: ["used in place of golang.org/x/sys v0.20.0"],
      },
      {
        ...plain,
        ...{ name: "example.org/near", version: "(devel)", purl: near, architecture: null },
        comments: ["from a folder in place of example.org/near v1.0.0"],
      },
    ]);
    expect(owners.ownerOf("usr/bin/tool")).toBe(tool);
  });

  it("lists a module once that several programs have, with what each of them needs", () => {
    const lines = (dependency: string) =>
      `mod\texample.org/tools\tv1.0.0\th1:x=\ndep\texample.org/shared\tv1.0.0\ndep\texample.org/${dependency}\tv1.0.0\n`;
    const { packages } = catalogFiles(goCataloger, {
      "usr/bin/a": program("go1.22.1", lines("a")),
      "usr/bin/b": program("go1.22.1", lines("b")),
    });
    expect(packages.map(({ name, locations }) => [name, locations])).toEqual([
      ["example.org/tools", ["usr/bin/a", "usr/bin/b"]],
      ["stdlib", ["usr/bin/a", "usr/bin/b"]],
      ["example.org/shared", ["usr/bin/a", "usr/bin/b"]],
      ["example.org/a", ["usr/bin/a"]],
      ["example.org/b", ["usr/bin/b"]],
    ]);
    expect(packages[0]?.dependsOn).toEqual([
      ...["pkg:golang/example.org/a@v1.0.0", "pkg:golang/example.org/b@v1.0.0", "pkg:golang/example.org/shared@v1.0.0"],
      stdlib,
    ]);
  });

  it("lists the standard library alone for a program built without modules, which stays without an owner", () => {
    const bytes = program("go1.19.8", "path\tgithub.com/opencontainers/runc\n");
    const { packages, owners } = catalogFiles(goCataloger, { "usr/sbin/runc": bytes });
    expect(packages.map(({ purl }) => purl)).toEqual(["pkg:golang/stdlib@1.19.8"]);
    expect(owners.owns("usr/sbin/runc")).toBe(false);
  });

  it.each([
    ["go1.26.8 X:nodwarf5", ["1.26.8"]],
    ["devel go1.23-0123abcd Mon Jan 1 00:00:00 2024 +0000", ["1.23-0123abcd"]],
    ["devel +0123abcd", []],
  ])("reads the version of the standard library from %s", (version, versions) => {
    const { packages } = catalogFiles(goCataloger, { "a/b": program(version, "") });
    expect(packages.map((item) => item.version)).toEqual(versions);
  });

  it("warns of programs it cannot read, and says nothing of other files", () => {
    const { packages, warnings } = catalogFiles(goCataloger, {
      "usr/bin/broken": program("go1.22.1", "dep\t\n"),
      "usr/bin/plain": elfProgram({ loaded: [{ content: Buffer.alloc(100), writable: true }] }),
      "usr/bin/script": "#!/bin/sh\n",
    });
    expect(packages).toEqual([]);
    expect(warnings).toEqual([{ path: "usr/bin/broken", reason: expect.stringContaining("is damaged") }]);
  });
});
