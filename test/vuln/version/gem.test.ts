import { execFileSync } from "node:child_process";
import { describe, it } from "vitest";
import { compareGemVersions } from "../../../src/vuln/version/gem.ts";
import { has } from "../../support/program.ts";
import { expectAgreement, expectAscending, expectEqual, expectTotalOrder, generatePairs } from "./orders.ts";

const real = [
  ...["6.1.7.3", "6.1.7.10", "7.0.0.rc1", "7.0.0.alpha2", "7.0.0", "7.0.8.7", "5.2.4.6", "3.0.0.pre.beta.1", "1.13.10"],
  ...["2.0.0.pre.1", "1.0.0.beta.7", "4.3.1", "0.9.0.rc.2", "1.2.0.b1", "1.2.0.b.1", "20231010", "2.1", "2.1.0", "0"],
  ...["1.10.0-java", "1.6.8-x86-mingw32", "3.0.0-rc.1", "1.0.0.a", "2.2.0.1.pre", "10.0.0.a.0", "10.0.0.a"],
];

describe("the order of Ruby's versions", () => {
  // The facts of rubygems' test/rubygems/test_gem_version.rb (MIT), put in order.
  it.each([
    [["0.0.0", "1.0.a", "1.0", "1.8.2.a", "1.8.2.a9", "1.8.2.a10", "1.8.2.b", "1.8.2"]],
    [["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0"]],
    [["0.beta.1", "0.0.beta.2", "1.A", "1.a", "1", "1.9.a.3", "1.9.3"]],
    [["1-1", "1"]],
  ])("has %j from older to newer", (versions) => {
    expectAscending(compareGemVersions, versions);
  });

  it.each([
    [["1.0", "1", "1.0.0", " 1.0 ", "1.0\n", "01"]],
    [["1.2.b1", "1.2.b.1", "1.2.0.b1", "1.2.0.b.1.0"]],
    [["", "0", "0.0"]],
    [["1-a", "1.pre.a", "1.0-a"]],
  ])("takes %j as equal", (versions) => {
    expectEqual(compareGemVersions, versions);
  });

  it("is total", () => {
    expectTotalOrder(compareGemVersions, ["0", "0", "1", "10", "01", ".", ".", "-", "a", "B", "pre", "_", "+", "é"]);
  });

  it.skipIf(!has("ruby"))("is what Gem::Version says of 20000 pairs (needs ruby)", () => {
    const pairs = generatePairs({
      ...{ count: 20_000, seed: 12, real },
      first: ["0", "1", "2.0", "10", "01", "1.0.0"],
      more: [
        ".0",
        ".0",
        ".1",
        ".10",
        ".a",
        ".b2",
        ".rc",
        ".pre.1",
        ".Z",
        "-1",
        "-a",
        "0",
        "1",
        "a",
        "-",
        ".99999999999999999999",
      ],
      isValid: (version) => /^[0-9]+(\.[0-9a-zA-Z]+)*(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/.test(version),
    });
    const program = "STDIN.each_line { |line| a, b = line.split; puts Gem::Version.new(a) <=> Gem::Version.new(b) }";
    const input = pairs.map((pair) => pair.join(" ")).join("\n");
    const answers = execFileSync("ruby", ["-e", program], { input, encoding: "utf8" });
    expectAgreement(compareGemVersions, pairs, answers.trim().split("\n"));
  });
});
