import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { rustCataloger } from "../../../src/scan/rust/cataloger.ts";
import { elfProgram } from "../../support/elf-program.ts";
import { catalogFiles } from "../harness.ts";

const program = (packages: readonly object[]) =>
  elfProgram({
    loaded: [{ content: Buffer.alloc(100) }],
    unloaded: Buffer.concat([Buffer.from("rustc version 1.63.0\0"), deflateSync(JSON.stringify({ packages }))]),
  });

const itoa = { name: "itoa", version: "1.0.19", source: "crates.io" };

describe("rustCataloger", () => {
  it("lists what is in a program and not what built it", () => {
    const { packages, owners } = catalogFiles(rustCataloger, {
      "usr/bin/tool": program([
        { name: "cc", version: "1.2.0", source: "crates.io", kind: "build" },
        itoa,
        { name: "tool", version: "0.1.0", source: "local", root: true, dependencies: [0, 1] },
      ]),
    });
    const kind = { type: "cargo", source: null, licenses: [], supplier: null };
    const plain = { ...kind, locations: ["usr/bin/tool"], evidence: "usr/bin/tool" };
    expect(packages).toEqual([
      {
        ...plain,
        ...{ name: "itoa", version: "1.0.19", purl: "pkg:cargo/itoa@1.0.19" },
        ...{ architecture: null, comments: [], dependsOn: [] },
      },
      {
        ...plain,
        ...{ name: "tool", version: "0.1.0", purl: "pkg:cargo/tool@0.1.0", architecture: null },
        ...{ comments: ["source: local"], dependsOn: ["pkg:cargo/itoa@1.0.19"] },
      },
    ]);
    expect(owners.ownerOf("usr/bin/tool")).toBe("pkg:cargo/tool@0.1.0");
  });

  it("lists a crate once that several programs have", () => {
    const { packages } = catalogFiles(rustCataloger, { "usr/bin/b": program([itoa]), "usr/bin/a": program([itoa]) });
    expect(packages.map(({ purl, locations }) => [purl, locations])).toEqual([
      ["pkg:cargo/itoa@1.0.19", ["usr/bin/a", "usr/bin/b"]],
    ]);
  });

  it("warns of a list it cannot read, and says nothing of other programs", () => {
    const { packages, warnings } = catalogFiles(rustCataloger, {
      "usr/bin/broken": program([{ name: "x" }]),
      "usr/bin/plain": elfProgram({ loaded: [{ content: Buffer.alloc(100) }] }),
    });
    expect(packages).toEqual([]);
    expect(warnings.map(({ path }) => path)).toEqual(["usr/bin/broken"]);
  });
});
