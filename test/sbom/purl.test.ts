import fc from "fast-check";
import { PackageURL } from "packageurl-js";
import { describe, expect, it } from "vitest";
import { debPurl, genericPurl, imageName, imagePurl, npmPurl } from "../../src/sbom/purl.ts";

const trixie = { id: "debian", versionId: "13", codename: "trixie", prettyName: null };
const libc = { name: "libc6", version: "2.41-12", architecture: "amd64", source: null, distribution: trixie };

describe("debPurl", () => {
  it.each([
    ["a package", {}, "pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-13"],
    [
      "its source of the same name",
      { source: { name: "libc6", version: "2.41-12" } },
      "pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-13",
    ],
    [
      "its source of another name",
      { source: { name: "glibc", version: "2.41-12" } },
      "pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-13&upstream=glibc",
    ],
    [
      "its source of another version",
      { source: { name: "glibc", version: "2.41-11" } },
      "pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-13&upstream=glibc%402.41-11",
    ],
    [
      "an epoch and a plus",
      { version: "1:2.41+dfsg~rc1-1+b2" },
      "pkg:deb/debian/libc6@1:2.41%2Bdfsg~rc1-1%2Bb2?arch=amd64&distro=debian-13",
    ],
    ["a name with pluses", { name: "libstdc++6" }, "pkg:deb/debian/libstdc%2B%2B6@2.41-12?arch=amd64&distro=debian-13"],
    [
      "another distribution",
      { distribution: { ...trixie, id: "ubuntu", versionId: "24.04" } },
      "pkg:deb/ubuntu/libc6@2.41-12?arch=amd64&distro=ubuntu-24.04",
    ],
    [
      "a release without number",
      { distribution: { ...trixie, versionId: null, codename: "sid" } },
      "pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-sid",
    ],
    ["no distribution", { distribution: null }, "pkg:deb/debian/libc6@2.41-12?arch=amd64"],
  ])("names %s", (_, change, purl) => {
    expect(debPurl({ ...libc, ...change })).toBe(purl);
  });

  it("is read back by other readers as what it was made of", () => {
    const version = fc.stringMatching(/^([0-9]:)?[0-9][A-Za-z0-9.+~]{0,10}(-[A-Za-z0-9.+~]{1,5})?$/);
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9][a-z0-9+.-]{1,12}$/), version, (name, text) => {
        const read = PackageURL.fromString(debPurl({ ...libc, name, version: text }));
        expect([read.name, read.version, read.qualifiers?.["arch"]]).toEqual([name, text, "amd64"]);
      }),
    );
  });
});

describe("npmPurl", () => {
  it.each([
    ["glob", "11.0.1", "pkg:npm/glob@11.0.1"],
    ["@types/node", "24.0.0", "pkg:npm/%40types/node@24.0.0"],
    ["a", "1.0.0-rc.1+build", "pkg:npm/a@1.0.0-rc.1%2Bbuild"],
  ])("names %s %s", (name, version, purl) => {
    expect(npmPurl(name, version)).toBe(purl);
  });

  it("refuses an empty name", () => {
    expect(() => npmPurl("", "1.0.0")).toThrow(expect.objectContaining({ code: "SBOM_PURL_INVALID" }));
  });
});

describe("genericPurl", () => {
  it("leaves out a version that is not known", () => {
    expect(genericPurl("node", "24.1.0")).toBe("pkg:generic/node@24.1.0");
    expect(genericPurl("node", "")).toBe("pkg:generic/node");
  });
});

describe("imagePurl", () => {
  const digest = `sha256:${"a".repeat(64)}`;

  it.each([
    ["registry://localhost:5000/acme/dhi-node:24-debian13", "dhi-node", "24-debian13"],
    ["node:24", "node", "24"],
    [`ghcr.io/acme/Node@${digest}`, "Node", null],
    ["oci-dir:///tmp/images/node", "node", null],
    ["archive://node.tar", "node.tar", null],
    ["oci-dir://", "oci-dir", null],
    ["", "image", null],
  ])("takes name and tag from %j", (reference, name, tag) => {
    expect(imageName(reference)).toEqual({ name, tag });
    const purl = imagePurl({ reference, digest, platform: "linux/arm64/v8" });
    const suffix = tag === null ? "" : `&tag=${tag}`;
    expect(purl).toBe(`pkg:oci/${name.toLowerCase()}@${digest}?arch=arm64${suffix}`);
  });
});
