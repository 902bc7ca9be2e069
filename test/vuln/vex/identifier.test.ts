import { describe, expect, it } from "vitest";
import { isComparable, purlType, sha256Of } from "../../../src/vuln/vex/identifier.ts";
import { hex } from "./documents.ts";

describe("an identifier", () => {
  it.each([
    ["pkg:npm/a@1", true],
    ["PKG:npm/a@1", true],
    ["pkg://npm/a@1", true],
    ["nginx", true],
    ["registry.k8s.io/kube-apiserver:v1.26.0", true],
    ["[::1]:5000/app", true],
    [hex("a"), true],
    ["pkg:npm", false],
    ["https://example.com/document.spdx.json#node", false],
    ["urn:cdx:1", false],
    ["cpe:2.3:a:acme:app:1:*:*:*:*:*:*:*", false],
    ["Acme App", false],
    ["", false],
    [`pkg:npm/${"a".repeat(5000)}`, false],
  ])("%s can be compared: %s", (text, expected) => {
    expect(isComparable(text)).toBe(expected);
  });

  it("of a package has its type in lower case", () => {
    expect(purlType("pkg:NPM/a")).toBe("npm");
    expect(purlType("nginx")).toBeNull();
  });

  it.each([
    [hex("A"), hex("a")],
    [`sha256:${hex("a")}`, hex("a")],
    ["sha256:abc", null],
    ["a".repeat(40), null],
    [null, null],
  ])("%s is the SHA-256 digest %s", (text, digest) => {
    expect(sha256Of(text)).toBe(digest);
  });
});
