import { describe, expect, it } from "vitest";
import { ecosystemName, parsePurl, sourceRpm, upstreamSource, withEpoch } from "../../../src/sbom/read/purl-parts.ts";

function partsOf(purl: string) {
  const parts = parsePurl(purl);
  if (parts === null) throw new Error(`${purl} is no package URL`);
  return parts;
}

describe("parsePurl", () => {
  it("takes a URL apart", () => {
    expect(parsePurl("pkg:deb/debian/libc6@2.41-12%2Bb1?arch=amd64&upstream=glibc%402.41-12")).toEqual({
      type: "deb",
      namespace: "debian",
      name: "libc6",
      version: "2.41-12+b1",
      qualifiers: { arch: "amd64", upstream: "glibc@2.41-12" },
    });
  });

  it.each(["", "npm/a@1", "pkg:", "pkg:npm", "pkg:npm/%", `pkg:npm/${"a".repeat(5000)}`])("is null for %j", (text) => {
    expect(parsePurl(text)).toBeNull();
  });
});

describe("ecosystemName", () => {
  it.each([
    ["npm", "@types", "node", "@types/node"],
    ["golang", "github.com/acme", "lib", "github.com/acme/lib"],
    ["composer", "acme", "lib", "acme/lib"],
    ["maven", "org.example", "lib", "org.example:lib"],
    ["deb", "debian", "libc6", "libc6"],
    ["npm", null, "a", "a"],
  ])("of a package of %s in %s called %s is %s", (type, namespace, name, expected) => {
    expect(ecosystemName(type, namespace, name)).toBe(expected);
  });
});

describe("upstreamSource", () => {
  it.each([
    ["pkg:deb/debian/a@1?upstream=b%402", { name: "b", version: "2" }],
    ["pkg:deb/debian/a@1?upstream=b", { name: "b", version: "1" }],
    ["pkg:apk/alpine/a@1", { name: "a", version: "1" }],
    ["pkg:rpm/redhat/bash@5.1-1.el9?epoch=2&upstream=bash-5.1-1.el9.src.rpm", { name: "bash", version: "2:5.1-1.el9" }],
    ["pkg:rpm/redhat/bash@5.1-1.el9", null],
    ["pkg:npm/a@1", null],
  ])("of %s is %j", (purl, expected) => {
    expect(upstreamSource(partsOf(purl), "1")).toEqual(expected);
  });
});

describe("withEpoch", () => {
  it("adds the epoch of the qualifier once, and none where it is 0 or the ecosystem has none", () => {
    expect(withEpoch("1-1", partsOf("pkg:rpm/x/a@1-1?epoch=3"))).toBe("3:1-1");
    expect(withEpoch("3:1-1", partsOf("pkg:deb/x/a@1-1?epoch=3"))).toBe("3:1-1");
    expect(withEpoch("1-1", partsOf("pkg:rpm/x/a@1-1?epoch=0"))).toBe("1-1");
    expect(withEpoch("1", partsOf("pkg:npm/a@1?epoch=3"))).toBe("1");
  });
});

describe("sourceRpm", () => {
  it("splits a file's name at the last two dashes", () => {
    expect(sourceRpm("python-3.9-x-1.2-3.el9.src.rpm")).toEqual({ name: "python-3.9-x", version: "1.2-3.el9" });
    expect(sourceRpm("nothing")).toBeNull();
  });
});
