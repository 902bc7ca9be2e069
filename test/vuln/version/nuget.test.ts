import { describe, expect, it } from "vitest";
import { compareNugetVersions } from "../../../src/vuln/version/nuget.ts";
import { expectAscending, expectEqual, expectTotalOrder } from "./orders.ts";

describe("the order of NuGet's versions", () => {
  // The facts of NuGet.Client's VersionComparerTests (Apache-2.0), as aboutcode's univers (Apache-2.0) retells them.
  it.each([
    [["0.0.0", "0.9.9.1", "1.0.0", "1.0.1", "1.1.0", "1.999.9999", "2.1.1"]],
    [
      [
        "1.0.0-BETA",
        "1.0.0-beta.1+AA",
        "1.0.0-beta.x.y.5.77.0+aa",
        "1.0.0-BETA.X.y.5.79.0",
        "1.0.0-beta.X.Y.5.790.0+abc",
      ],
    ],
    [["1.0.0-BETA", "1.0.0-beta2", "1.0.0+aa"]],
    [["1.0.0-pre", "1.0.0", "1.0.0.1-alpha", "1.0.0.1-pre", "1.0.0.1", "1.0.1.2"]],
    [["1.0.0.1-1.2.A", "1.0.0.1-1.2.a.A+A", "1.0.0.1"]],
    [["6.0.0-preview.3.21201.4", "6.0.0-preview.10", "6.0.0-rc.1", "6.0.0"]],
  ])("has %j from older to newer", (versions) => {
    expectAscending(compareNugetVersions, versions);
  });

  it.each([
    [["1.0", "1.0.0", "1.0.0.0", "1.0.0+beta", "1.0+test", "1"]],
    [["1.0.0-BETA", "1.0.0-beta", "1.0.0-BETA+AA", "1.0.0.0-Beta+bb"]],
    [["1.0.0-BETA.X.y.5.77.0+AA", "1.0.0-beta.x.y.5.77.0+aa"]],
    [["1.0.01", "1.0.1.0"]],
  ])("takes %j as equal", (versions) => {
    expectEqual(compareNugetVersions, versions);
  });

  it("has what is no version as a prerelease of 0.0.0.0", () => {
    expectAscending(compareNugetVersions, ["1.2.3.4.5", "latest", "0.0.0.0", "0.0.0.1"]);
    expect(compareNugetVersions("LATEST", "latest")).toBe(0);
  });

  it("is total", () => {
    expectTotalOrder(compareNugetVersions, [
      "0",
      "1",
      "10",
      "01",
      ".",
      ".",
      ".",
      "-",
      "a",
      "A",
      "+",
      "1.2.3",
      "1.0.0.0",
      "!",
    ]);
  });
});
