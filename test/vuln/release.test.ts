import { describe, expect, it } from "vitest";
import { releaseOfCodename, releaseOfEcosystem, releaseOfImage } from "../../src/vuln/release.ts";

const debian = { id: "debian", prettyName: null };

describe("the release key of an image", () => {
  it.each([
    ["bookworm by its codename", { ...debian, codename: "bookworm", versionId: "12" }, "12"],
    ["testing, which has no version", { ...debian, codename: "forky", versionId: null }, "14"],
    ["unstable", { ...debian, codename: "sid", versionId: null }, "sid"],
    ["a release with a version only", { ...debian, codename: null, versionId: "13" }, "13"],
    ["a point release in the version", { ...debian, codename: null, versionId: "12.5" }, "12"],
    ["an old release whose number has two parts", { ...debian, codename: null, versionId: "3.1" }, "3.1"],
    ["a codename of the future", { ...debian, codename: "zurg", versionId: null }, "zurg"],
    ["no codename and no version", { ...debian, codename: null, versionId: null }, null],
    ["another distribution", { ...debian, id: "ubuntu", codename: "noble", versionId: "24.04" }, null],
    ["no os-release", null, null],
  ] as const)("is found for %s", (_, distribution, key) => {
    expect(releaseOfImage(distribution)).toBe(key);
  });
});

describe("the release key in feeds", () => {
  it("is the same for a codename and for OSV's ecosystem", () => {
    expect([releaseOfCodename("trixie"), releaseOfEcosystem("Debian:13")]).toEqual(["13", "13"]);
    expect([releaseOfCodename("sarge"), releaseOfEcosystem("Debian:3.1")]).toEqual(["3.1", "3.1"]);
  });

  it("is null for other ecosystems and for Debian without a release", () => {
    expect(["Debian", "npm", "Alpine:v3.20"].map(releaseOfEcosystem)).toEqual([null, null, null]);
  });
});
