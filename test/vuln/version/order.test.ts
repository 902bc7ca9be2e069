import { describe, expect, it } from "vitest";
import { schemeOfPurlType, type VersionScheme, versionOrder } from "../../../src/vuln/version/order.ts";
import { expectAscending, expectTotalOrder } from "./orders.ts";

/** Versions of each scheme from older to newer, the first as old as any can be. */
const ascending: Readonly<Record<VersionScheme, readonly string[]>> = {
  deb: ["0~~", "0~rc1", "1.0-1", "1.0-1+deb12u1", "1:0.1"],
  apk: ["0_alpha", "1.2.3_rc1-r0", "1.2.3-r0", "1.2.3a-r0"],
  rpm: ["0~~", "0:0~1-1", "1.0~rc1-1.el9", "1.0-1.el9", "1:0.1-1"],
  semver: ["0.0.0-0", "0.0.0", "1.0.0-rc.1", "1.0.0"],
  pypi: ["x", "0.dev0", "1.0rc1", "1.0", "1.0.post1", "1!0"],
  golang: ["v0.0.0-0", "v0.0.0", "go1.22rc1", "1.22.0", "v2.0.0+incompatible"],
  cargo: ["0.0.0-0", "0.1.0-alpha.1", "0.1.0", "1.0.0"],
  maven: ["0-alpha", "0.0", "1.0-SNAPSHOT", "1.0", "1.0-sp"],
  gem: ["0.a", "0.0", "1.0.rc1", "1.0", "1.0.1"],
  composer: ["dev-main", "0.0.0-dev", "1.0-RC1", "1.0", "1.0-p1"],
  nuget: ["0.0.0-0", "0.0.0", "1.0.0-beta", "1.0.0", "1.0.0.1"],
  openssl: ["x", "0.0.0-dev", "1.1.1-pre1", "1.1.1", "1.1.1za"],
};

const schemes = Object.keys(ascending).filter(isScheme);

describe.each(schemes)("the order of scheme %s", (scheme) => {
  const versions = ascending[scheme];
  const order = versionOrder(scheme);

  it("has OSV's 0 before every version", () => {
    expectAscending(order, ["0", ...versions]);
    expect(order("0", "0")).toBe(0);
  });

  it("is total over any text", () => {
    expectTotalOrder(order, [...versions, "0", "0", "1", ".", "-", "a", "_", "!", " ", ""]);
  });
});

describe("schemes by package URL", () => {
  it("are those of the package's ecosystem, or none", () => {
    const types = ["npm", "deb", "apk", "rpm", "pypi", "golang", "cargo", "maven", "gem", "composer", "nuget"];
    expect(types.map(schemeOfPurlType)).toEqual(["semver", ...types.slice(1)]);
    expect(["generic", "github", "toString", ""].map(schemeOfPurlType)).toEqual([null, null, null, null]);
  });
});

function isScheme(text: string): text is VersionScheme {
  return Object.hasOwn(ascending, text);
}
