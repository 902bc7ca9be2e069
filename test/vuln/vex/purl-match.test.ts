import { describe, expect, it } from "vitest";
import { purlMatches } from "../../../src/vuln/vex/purl-match.ts";

const curl = "pkg:apk/wolfi/curl@8.1.2-r0";
const digest = "sha256:47fed8868b46b060efb8699dc40e981a0c785650223e03602d8c4493fc75b68c";

describe("a package URL of a statement", () => {
  // The first ten are go-vex's cases.
  it.each([
    ["the same one", `${curl}?arch=x86_64`, `${curl}?arch=x86_64`, true],
    ["one of another type", `${curl}?arch=x86_64`, "pkg:rpm/wolfi/curl@8.1.2-r0?arch=x86_64", false],
    ["one of another namespace", curl, "pkg:apk/alpine/curl@8.1.2-r0", false],
    ["one of another name", curl, "pkg:apk/wolfi/bash@8.1.2-r0", false],
    ["one of another version", curl, "pkg:apk/wolfi/curl@8.1.3-r0", false],
    ["one with a qualifier that the statement has not", curl, `${curl}?arch=x86_64`, true],
    ["one without a qualifier that the statement has", `${curl}?arch=x86_64`, curl, false],
    ["any version, without one of its own", "pkg:oci/curl", `pkg:oci/curl@${digest}`, true],
    ["one whose qualifier has another value", `${curl}?arch=amd64&os=linux`, `${curl}?arch=arm64&os=linux`, false],
    ["one with more qualifiers", `${curl}?arch=x86_64`, `${curl}?arch=x86_64&os=linux`, true],
    ["no package without a version, with one of its own", `pkg:oci/curl@${digest}`, "pkg:oci/curl", false],
    ["no range: that is a name", "pkg:npm/glob<11.1", "pkg:npm/glob@11.0", false],
    ["one that is encoded otherwise", "pkg:deb/debian/g%2B%2B@4%3A12%2B1", "pkg:deb/debian/g++@4:12+1", true],
    ["one whose type is in capitals", "pkg:NPM/a@1", "pkg:npm/a@1", true],
    ["one whose scope is not encoded", "pkg:npm/@types/node", "pkg:npm/%40types/node@24.0.0", true],
    ["another case in Go", "pkg:golang/github.com/AcMe/App", "pkg:golang/github.com/acme/app@v1.0.0", true],
    ["PyPI's spellings of a name", "pkg:pypi/Foo_Bar", "pkg:pypi/foo-bar@1", true],
    ["another case of a version", "pkg:npm/a@1-RC", "pkg:npm/a@1-rc", false],
    ["one with a subpath", "pkg:golang/github.com/acme/app#cmd", "pkg:golang/github.com/acme/app@v1.0.0", true],
    ["nothing, when it is none", "bash", "pkg:deb/debian/bash@1", false],
    ["nothing that is none", "pkg:deb/debian/bash", "bash", false],
  ])("is about %s", (_, statement, target, expected) => {
    expect(purlMatches(statement, target)).toBe(expected);
  });
});
