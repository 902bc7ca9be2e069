import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync, inflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rustCataloger } from "../../../src/scan/rust/cataloger.ts";
import { expectValidDocuments } from "../../sbom/documents.ts";
import { catalogFiles } from "../../scan/harness.ts";
import { has, run } from "../../support/program.ts";
import { scanFolders } from "../../support/real-root.ts";

const missing = ["rustc", "as", "objcopy", "strip"].filter((program) => !has(program));
const skipped = missing.length === 0 ? "" : ` (skipped: there is no ${missing.join(", ")})`;

/** What cargo auditable would record of a program with two crates and one that took part in building it. */
const record = JSON.stringify({
  packages: [
    { name: "cc", version: "1.2.0", source: "crates.io", kind: "build" },
    { name: "itoa", version: "1.0.19", source: "crates.io" },
    { name: "serde_json", version: "1.0.154", source: "crates.io", dependencies: [1] },
    { name: "tool", version: "0.1.0", source: "local", dependencies: [0, 2], root: true },
  ],
  format: 1,
});

let work: string;
beforeAll(() => {
  if (missing.length > 0) return;
  work = mkdtempSync(join(tmpdir(), "hardpan-rust-"));
  const at = (name: string) => join(work, name);
  writeFileSync(at("record"), deflateSync(record, { level: 7 }));
  writeFileSync(at("main.rs"), 'fn main() { println!("{}", std::env::args().count()); }\n');
  // Like cargo auditable: an object file with a section that is not loaded, kept by a symbol the linker is told to need.
  writeFileSync(
    at("record.s"),
    `.section .dep-v0,"",@progbits\n.globl AUDITABLE\nAUDITABLE:\n.incbin "${at("record")}"\n`,
  );
  run("as", ["-o", at("record.o"), at("record.s")]);
  const link = ["-C", `link-arg=${at("record.o")}`, "-C", "link-arg=-Wl,--undefined=AUDITABLE"];
  run("rustc", [...link, "-o", at("release"), "-O", at("main.rs")]);
  run("rustc", [...link, "-o", at("debug"), "-g", at("main.rs")]);
  run("strip", ["-o", at("stripped"), at("release")]);
  run("rustc", ["-o", at("plain"), "-O", at("main.rs")]);
  run("objcopy", ["--add-section", `.dep-v0=${at("record")}`, at("plain"), at("added")]);
});
afterAll(() => {
  if (missing.length === 0) rmSync(work, { recursive: true, force: true });
});

const packagesOf = (name: string) =>
  catalogFiles(rustCataloger, { "usr/bin/tool": readFileSync(join(work, name)) }).packages;

describe.skipIf(missing.length > 0)(`Rust programs${skipped}`, () => {
  it.each(["release", "debug", "stripped", "added"])("with a record are read where they are %s", (name) => {
    const dumped = join(work, `${name}.dumped`);
    run("objcopy", ["--dump-section", `.dep-v0=${dumped}`, join(work, name), join(work, `${name}.copy`)]);
    expect(inflateSync(readFileSync(dumped)).toString()).toBe(record);
    expect(packagesOf(name).map(({ purl, dependsOn }) => [purl, dependsOn])).toEqual([
      ["pkg:cargo/itoa@1.0.19", []],
      ["pkg:cargo/serde_json@1.0.154", ["pkg:cargo/itoa@1.0.19"]],
      ["pkg:cargo/tool@0.1.0", ["pkg:cargo/serde_json@1.0.154"]],
    ]);
  });

  it("without a record tell of no crates", () => {
    expect(packagesOf("plain")).toEqual([]);
  });

  it("are listed in an image, each crate once, and own their files", async () => {
    const root = join(work, "root");
    mkdirSync(join(root, "usr/local/bin"), { recursive: true });
    for (const name of ["release", "stripped", "plain"]) {
      copyFileSync(join(work, name), join(root, "usr/local/bin", name));
    }
    const sbom = await scanFolders([root]);
    const places = ["usr/local/bin/release", "usr/local/bin/stripped"];
    expect(sbom.packages.map(({ purl, locations }) => [purl, locations])).toEqual([
      ["pkg:cargo/itoa@1.0.19", places],
      ["pkg:cargo/serde_json@1.0.154", places],
      ["pkg:cargo/tool@0.1.0", places],
    ]);
    expect(sbom.unowned.paths).toEqual(["usr/local/bin/plain"]);
    expectValidDocuments(sbom);
  }, 60_000);
});
