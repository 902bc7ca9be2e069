import { describe, expect, it } from "vitest";
import { countInputs } from "../../../src/definition/lock/inputs.ts";
import type { ContentsLock, Lock, LockedPackage, PlatformLock } from "../../../src/definition/lock.ts";

const hex = (digit: string) => digit.repeat(64);

function deb(name: string, digit: string): LockedPackage {
  const rest = { architecture: "all", filename: name, size: 1, suite: "debian:trixie" } as const;
  return { name, version: "1", source: { name, version: "1" }, sha256: hex(digit), ...rest };
}

const image = (digit: string) => ({ reference: `i:${digit}`, manifest: `sha256:${hex(digit)}`, layers: [] });
const empty: ContentsLock = { packages: [], npm: [], cut: [], files: [], artifacts: [] };

function lockOf(platforms: Lock["platforms"]): Lock {
  const definition = { path: "image/x/debian-13/1.yaml", sha256: hex("0") };
  return { schema: "hardpan/lock/1", definition, releases: [], platforms };
}

describe("the inputs of a lock", () => {
  it("are counted once, however many platforms and stages share them", () => {
    const platform: PlatformLock = {
      ...empty,
      packages: [deb("a", "1"), deb("b", "2")],
      builds: [{ ...empty, name: "make", packages: [deb("a", "1")], base: null }],
    };
    expect(countInputs(lockOf({ "linux/amd64": platform, "linux/arm64": platform }))).toBe(2);
    expect(countInputs(lockOf({}))).toBe(0);
  });

  it("are of every kind, those of stages and what these stand on too", () => {
    const tarball = { integrity: "", size: 1, origin: "npm:n", comparedWithOfficial: "not compared" } as const;
    const own: ContentsLock = {
      ...empty,
      packages: [deb("a", "1")],
      npm: [{ name: "n", version: "1", sha256: hex("2"), ...tarball }],
      files: [{ url: "https://a/x", commit: null, sha256: hex("3"), size: 1 }],
      artifacts: [image("4")],
    };
    const builds = [{ ...empty, name: "make", packages: [deb("c", "5")], base: image("6") }];
    expect(countInputs(lockOf({ "linux/amd64": { ...own, builds } }))).toBe(6);
  });
});
