import { describe, expect, it } from "vitest";
import { readRpmHeader } from "../../../src/scan/rpm/header.ts";
import { readRpmPackage, tags } from "../../../src/scan/rpm/package.ts";
import { headerOf, type MadePackage, madeHeader, type TagValue } from "./made-header.ts";

const read = (made: MadePackage) => readRpmPackage(readRpmHeader(madeHeader(made)));

const identity: readonly (readonly [number, TagValue])[] = [
  [tags.name, "a"],
  [tags.version, "1"],
  [tags.release, "2"],
];

describe("readRpmPackage", () => {
  it("groups files by folder, in the order of the header", () => {
    expect(read({ name: "a", files: ["/usr/bin/x", "/usr/share/doc/x", "/usr/bin/y", "/top"] })?.files).toEqual([
      ["usr/bin", "x/y"],
      ["usr/share/doc", "x"],
      ["", "top"],
    ]);
  });

  it("leaves out folders, and files that were not installed or that another package has replaced", () => {
    const header = headerOf([
      ...identity,
      [tags.folders, ["/usr/"]],
      [tags.folderIndexes, [0, 0, 0, 0, 0, 7]],
      [tags.fileNames, ["normal", "replaced", "left-out", "shared", "folder", "nowhere"]],
      [tags.fileStates, Uint8Array.from([0, 1, 2, 3, 0, 0])],
      [tags.fileModes, [0o100_755, 0o100_755, 0o100_755, 0o120_777, 0o040_755, 0o100_644]],
    ]);
    expect(readRpmPackage(readRpmHeader(header))?.files).toEqual([["usr", "normal/shared"]]);
  });

  it("leaves out paths longer than any system can open", () => {
    expect(read({ name: "a", files: [`/usr/${"x".repeat(5000)}`, "/usr/y"] })?.files).toEqual([["usr", "y"]]);
  });

  it("is nothing for a key", () => {
    expect(read({ name: "gpg-pubkey", version: "b86b3716", release: "61e69f29" })).toBeNull();
  });

  it.for([
    ["no name", []],
    ["a name with a blank", [[tags.name, "a b"]]],
    ["a name of bytes that are no UTF-8", [[tags.name, "a\ufffd"]]],
    ["a release with a slash", [[tags.release, "1/2"]]],
  ] as const)("refuses a header with %s", ([, changes]) => {
    const entries = changes.length === 0 ? identity.slice(1) : [...identity, ...changes];
    expect(() => readRpmPackage(readRpmHeader(headerOf(entries)))).toThrow("no name, version or release");
  });

  it("has null for what rpm writes as none", () => {
    const header = headerOf([...identity, [tags.module, "(none)"], [tags.sourceRpm, ""]]);
    expect(readRpmPackage(readRpmHeader(header))).toEqual({
      name: "a",
      version: "1-2",
      epoch: null,
      architecture: null,
      sourceRpm: null,
      license: null,
      vendor: null,
      module: null,
      files: [],
    });
  });
});
