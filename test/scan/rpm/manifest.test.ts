import { describe, expect, it } from "vitest";
import { readRpmManifest } from "../../../src/scan/rpm/manifest.ts";

const rows = [
  "glibc\t2.38-8.azl3\t1700000000\t1699999999\tMicrosoft Corporation\t(none)\t9923\tx86_64\t0\tglibc-2.38-8.azl3.src.rpm",
  "ca-certificates\t3.0.0-7.azl3\t1\t1\t(none)\t1\t1\tnoarch\t1\t(none)",
];

describe("readRpmManifest", () => {
  it("reads a line for each package", () => {
    const found = readRpmManifest(Buffer.from(`${rows.join("\n")}\n`));
    expect(found?.damaged).toBe(0);
    expect(found?.packages).toMatchObject([
      { name: "glibc", version: "2.38-8.azl3", epoch: null, vendor: "Microsoft Corporation", architecture: "x86_64" },
      { name: "ca-certificates", epoch: 1, vendor: null, architecture: "noarch", sourceRpm: null },
    ]);
  });

  it("counts lines that are no package, and leaves out keys", () => {
    const key = "gpg-pubkey\t1-2\t1\t1\t(none)\t(none)\t0\t(none)\t0\t(none)";
    const found = readRpmManifest(Buffer.from(`glibc\n${rows[0]}\r\nname\tversion\n${key}\n`));
    expect(found?.packages.map(({ name }) => name)).toEqual(["glibc"]);
    expect(found?.damaged).toBe(2);
    expect(found?.packages[0]?.sourceRpm).toBe("glibc-2.38-8.azl3.src.rpm");
  });

  it("is nothing for a file of another kind", () => {
    expect(readRpmManifest(Buffer.from("glibc-2.38-8.azl3.x86_64\n"))).toBeNull();
    expect(readRpmManifest(Buffer.from(""))).toBeNull();
  });
});
