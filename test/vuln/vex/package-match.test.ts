import { describe, expect, it } from "vitest";
import type { Distribution, PackageIdentity } from "../../../src/sbom/model.ts";
import { parsePurl } from "../../../src/sbom/read/purl-parts.ts";
import { namedPackage, packageMatches } from "../../../src/vuln/vex/package-match.ts";

const bookworm: Distribution = { id: "debian", versionId: "12", codename: "bookworm", prettyName: null };
const numberOnly: Distribution = { ...bookworm, codename: null };
const alpine: Distribution = { id: "alpine", versionId: "3.22.1", codename: null, prettyName: null };

const libssl: PackageIdentity = {
  type: "deb",
  name: "libssl3",
  version: "3.0.17-1~deb12u2+b1",
  source: { name: "openssl", version: "3.0.17-1~deb12u2" },
  purl: "pkg:deb/debian/libssl3@3.0.17-1~deb12u2%2Bb1?arch=amd64&distro=debian-12&upstream=openssl%403.0.17-1~deb12u2",
};
const libcrypto: PackageIdentity = {
  type: "apk",
  name: "libcrypto3",
  version: "3.5.7-r0",
  source: { name: "openssl", version: "3.5.7-r0" },
  purl: "pkg:apk/alpine/libcrypto3@3.5.7-r0?arch=x86_64&distro=alpine-3.22.1",
};
const left: PackageIdentity = { type: "npm", name: "left", version: "1.0.0", source: null, purl: "pkg:npm/left@1.0.0" };

function matches(statement: string, one: PackageIdentity, distribution: Distribution | null): boolean {
  const named = namedPackage(one, distribution);
  const purl = parsePurl(statement);
  if (named === null || purl === null) throw new Error("not a package URL");
  return packageMatches(purl, named);
}

describe("a statement on a Debian package", () => {
  const source = "pkg:deb/debian/openssl@3.0.17-1~deb12u2";
  it.each([
    ["its source package", source, true],
    ["its source package, of any version", "pkg:deb/debian/openssl", true],
    ["its source package with the package's own version", "pkg:deb/debian/openssl@3.0.17-1~deb12u2%2Bb1", true],
    ["its source package of another version", "pkg:deb/debian/openssl@3.0.16-1", false],
    ["its source package of another distribution", "pkg:deb/ubuntu/openssl", false],
    ["its source package and release, as DHI does", `${source}?os_distro=bookworm&os_name=debian&os_version=12`, true],
    ["another release's source package", `${source}?os_distro=trixie&os_name=debian&os_version=13`, false],
    ["a codename and number that disagree", `${source}?os_distro=trixie&os_version=12`, false],
    ["another distribution's", `${source}?os_name=ubuntu`, false],
    ["the source as an architecture", `${source}?arch=source`, true],
    ["the package's own architecture", `${source}?arch=amd64`, true],
    ["another architecture", `${source}?arch=arm64`, false],
    ["itself", "pkg:deb/debian/libssl3@3.0.17-1~deb12u2%2Bb1", true],
    ["itself without version", "pkg:deb/debian/libssl3", true],
    ["itself with the version of its source", "pkg:deb/debian/libssl3@3.0.17-1~deb12u2", false],
    [
      "itself as syft does",
      "pkg:deb/debian/libssl3@3.0.17-1~deb12u2%2Bb1?arch=amd64&upstream=openssl&distro=debian-12",
      true,
    ],
    ["itself as Trivy does, with the point release", "pkg:deb/debian/libssl3?arch=amd64&distro=debian-12.5", true],
    ["itself by codename", "pkg:deb/debian/libssl3?distro=bookworm", true],
    ["itself in another release", "pkg:deb/debian/libssl3?distro=debian-13", false],
    ["itself of another source", "pkg:deb/debian/libssl3?upstream=nss", false],
    ["another package of the source", "pkg:deb/debian/libcrypto3", false],
    ["something nobody knows of it", "pkg:deb/debian/libssl3?colour=red", false],
  ])("is about it when it names %s", (_, statement, expected) => {
    expect(matches(statement, libssl, bookworm)).toBe(expected);
    expect(matches(statement, libssl, numberOnly)).toBe(expected);
    expect(matches(statement, libssl, null)).toBe(expected);
  });
});

describe("a statement on a package of another kind", () => {
  it.each([
    ["an apk by its origin", "pkg:apk/alpine/openssl@3.5.7-r0", libcrypto, true],
    ["an apk by its origin and branch", "pkg:apk/alpine/openssl?os_name=alpine&os_version=3.22", libcrypto, true],
    ["an apk of another branch", "pkg:apk/alpine/openssl?os_name=alpine&os_version=3.2", libcrypto, false],
    ["an apk by its distribution's name", "pkg:apk/alpine/libcrypto3?distro=alpine", libcrypto, true],
    ["an npm package in an image of Alpine", "pkg:npm/left@1.0.0?os_name=alpine", left, true],
    ["an npm package in an image of Debian", "pkg:npm/left@1.0.0?os_name=debian", left, false],
    ["an npm package's upstream", "pkg:npm/left?upstream=left", left, false],
  ])("is about %s", (_, statement, one, expected) => {
    expect(matches(statement, one, alpine)).toBe(expected);
  });

  it("has no distribution to compare where neither image nor package names one", () => {
    expect(matches("pkg:npm/left?os_name=alpine", left, null)).toBe(false);
    expect(matches("pkg:npm/left", left, null)).toBe(true);
  });
});

describe("a package whose URL is none", () => {
  it("cannot be named", () => {
    expect(namedPackage({ ...left, purl: "left" }, null)).toBeNull();
  });
});
