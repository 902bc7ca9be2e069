import { describe, expect, it } from "vitest";
import { compareImages } from "../../src/compare/compare.ts";
import { noFilter } from "../../src/compare/filter.ts";
import { gateReasons } from "../../src/compare/gate.ts";
import { finding, sbomPackage, side } from "./example.ts";

const old = sbomPackage("deb", "a", { version: "1" });
const now = sbomPackage("deb", "a", { version: "2" });
const other = sbomPackage("deb", "b", { version: "1" });
const suppressed = { by: "x", status: "not_affected", justification: null, statement: null };

type Images = Parameters<typeof side>[1];

function reasons(before: Images, after: Images, filter = noFilter) {
  const comparison = compareImages({ baseline: side("before", before), analysed: side("after", after) }, filter);
  return gateReasons(comparison, ["vulnerability", "package"]);
}

describe("the gate", () => {
  it("lets pass what has nothing new", () => {
    const image = { packages: [old], findings: [finding("CVE-1", old)] };
    expect(reasons(image, image)).toEqual([]);
    expect(reasons(image, { packages: [] })).toEqual([]);
    expect(reasons(image, { packages: [now] })).toEqual([]);
  });

  it("names what is new, by what it was asked for", () => {
    expect(reasons({ packages: [old] }, { packages: [old, other], findings: [finding("CVE-1", old)] })).toEqual([
      "--exit-on vulnerability: after has 1 new vulnerability against before",
      "--exit-on package: after has 1 new package against before",
    ]);
  });

  it("takes an older version for worse", () => {
    expect(reasons({ packages: [now] }, { packages: [old] })).toEqual([
      "--exit-on package: after has 1 package in an older version against before",
    ]);
  });

  it("does not mind what is suppressed, or what filters leave out", () => {
    const after = { packages: [old], findings: [finding("CVE-1", old, { suppressed }), finding("CVE-2", old)] };
    const before = { packages: [old], findings: [finding("CVE-2", old)] };
    expect(reasons(before, after)).toEqual([]);
    const worse = { packages: [old], findings: [finding("CVE-3", old, { severity: "low" })] };
    expect(reasons(before, worse, { ...noFilter, severities: ["critical"] })).toEqual([]);
  });

  it("is not asked when nothing is named", () => {
    const { baseline, analysed } = { baseline: side("a", { packages: [] }), analysed: side("b", { packages: [old] }) };
    expect(gateReasons(compareImages({ baseline, analysed }), [])).toEqual([]);
  });
});
