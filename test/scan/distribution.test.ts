import { describe, expect, it } from "vitest";
import { parseOsRelease } from "../../src/scan/distribution.ts";
import { symlink } from "../facts/layers.ts";
import { scanLayers, trixie } from "./tree.ts";

const debian13 = { id: "debian", versionId: "13", codename: "trixie", prettyName: "Debian GNU/Linux 13 (trixie)" };

describe("parseOsRelease", () => {
  it.each([
    ["Debian", trixie, debian13],
    [
      "unstable",
      "ID=debian\nVERSION_CODENAME=sid\n",
      { id: "debian", versionId: null, codename: "sid", prettyName: null },
    ],
    [
      "quotes and escapes",
      `ID='alpine'\nPRETTY_NAME="a \\"b\\" \\$c \\\\ d"\n`,
      { id: "alpine", versionId: null, codename: null, prettyName: 'a "b" $c \\ d' },
    ],
    [
      "comments and noise",
      "# ID=no\n\nxID=no\n ID=Arch \n",
      { id: "arch", versionId: null, codename: null, prettyName: null },
    ],
    ["no ID", "NAME=x\n", null],
    ["an ID that is none", 'ID="de bian"\n', null],
    ["nothing", "", null],
  ])("reads %s", (_, text, expected) => {
    expect(parseOsRelease(text)).toEqual(expected);
  });
});

describe("readDistribution", () => {
  it("follows the usual link", async () => {
    const layer = { "etc/os-release": symlink("../usr/lib/os-release"), "usr/lib/os-release": trixie };
    expect((await scanLayers([layer])).sbom.distribution).toEqual(debian13);
  });

  it("prefers /etc, takes /usr/lib alone, and is null without either", async () => {
    const other = trixie.replaceAll("13", "12");
    expect(
      (await scanLayers([{ "usr/lib/os-release": other, "etc/os-release": trixie }])).sbom.distribution?.versionId,
    ).toBe("13");
    expect((await scanLayers([{ "usr/lib/os-release": other }])).sbom.distribution?.versionId).toBe("12");
    expect((await scanLayers([{ a: "" }])).sbom.distribution).toBeNull();
  });
});
