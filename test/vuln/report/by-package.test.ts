import { describe, expect, it } from "vitest";
import { affectedPackages, reasonsNotMatched } from "../../../src/vuln/report/by-package.ts";
import { debPackage, exampleReport, finding, npmPackage } from "./example.ts";

describe("findings by package", () => {
  it("come worst first, each package once, without what is suppressed", () => {
    const packages = affectedPackages(exampleReport().findings);
    expect(packages.map((item) => item.package.name)).toEqual(["libssl3", "libc6", "glob", "perl-base"]);
    expect(packages[3]?.counts).toMatchObject({ high: 0, low: 1, unspecified: 1 });
    expect(packages[0]?.fixable).toBe(1);
  });

  it("put more of the worst severity before fewer, and then go by name", () => {
    const [a, b, c] = [debPackage("a", "1"), debPackage("b", "1"), debPackage("c", "1")];
    const findings = [
      finding("CVE-1", c, { severity: "low" }),
      finding("CVE-1", b, { severity: "high" }),
      finding("CVE-1", a, { severity: "low" }),
      finding("CVE-2", c, { severity: "medium" }),
    ];
    expect(affectedPackages(findings).map((item) => item.package.name)).toEqual(["b", "c", "a"]);
  });

  it("name every place of a package once", () => {
    const item = npmPackage("x", "1", "a");
    const findings = [finding("CVE-1", item), finding("CVE-2", item, { locations: ["a", "b"] })];
    expect(affectedPackages(findings)[0]?.locations).toEqual(["a", "b"]);
  });

  it("have those not matched by reason, the reason of most first", () => {
    const of = (name: string, reason: string) => ({ package: finding("", debPackage(name, "1")).package, reason });
    const groups = reasonsNotMatched([of("a", "one"), of("b", "two"), of("c", "two"), of("d", "alike")]);
    expect(groups.map(({ reason, packages }) => [reason, packages.length])).toEqual([
      ["two", 2],
      ["alike", 1],
      ["one", 1],
    ]);
  });
});
