import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compareComposerVersions } from "../../../src/vuln/version/composer.ts";
import { has } from "../../support/program.ts";
import { expectAgreement, expectAscending, expectEqual, expectTotalOrder, generatePairs } from "./orders.ts";

const library = "/usr/share/php/Composer/Semver/autoload.php";
const isMissing = !has("php") || !existsSync(library);

const real = [
  ...[
    "v5.4.20",
    "5.4.20",
    "v6.0.0-BETA2",
    "6.0.0-RC1",
    "6.0.0",
    "2.0.0-alpha.3",
    "3.x-dev",
    "4.4.x-dev",
    "1.0.0-p1",
    "10.3.6",
  ],
  ...[
    "2.9.2-patch1",
    "7.4.0-dev",
    "1.2.3.4",
    "2.0-beta4-dev",
    "20100102",
    "2010-01-02",
    "20100102-203040",
    "v20100102.0.3.1",
  ],
  ...["2.4.7-p3", "2.4.7", "2.4.8-beta1", "1.0.0RC2", "1.0pl2", "3.0.0-stable", "8.x-dev", "11.0.0-alpha1", "0.1"],
];

/** What composer/semver says of each pair: an order, or `?` where it refuses one of them. */
function askComposer(pairs: readonly (readonly [string, string])[]): readonly string[] {
  const program = `require '${library}'; $parser = new Composer\\Semver\\VersionParser();
    while (($line = fgets(STDIN)) !== false) {
      [$a, $b] = explode(' ', rtrim($line, "\\n"));
      try { echo version_compare($parser->normalize($a), $parser->normalize($b)), "\\n"; }
      catch (UnexpectedValueException $e) { echo "?\\n"; }
    }`;
  const input = pairs.map((pair) => `${pair.join(" ")}\n`).join("");
  return execFileSync("php", ["-r", program], { input, encoding: "utf8" }).trim().split("\n");
}

describe("the order of Composer's versions", () => {
  // From the tests of composer/semver (MIT): what VersionParser makes of versions, and version_compare's documented order.
  it.each([
    [
      [
        "1.0.0-dev",
        "1.0.0-alpha",
        "1.0.0-alpha1",
        "1.0.0-beta",
        "1.0.0-beta2",
        "1.0.0-RC1",
        "1.0.0",
        "1.0.0-patch1",
        "1.0.1",
      ],
    ],
    [["1.0.0-beta2-dev", "1.0.0-beta2", "1.0.0-beta10", "1.0.0"]],
    [["1.0.0", "1.99.99", "1.x-dev", "2.0-dev", "2.0.0", "2.1.x-dev", "2.x-dev", "3.0"]],
    [["dev-main", "0.0.0-dev", "0.0.0"]],
    [["dev-feature", "dev-main", "1.0"]],
    [["2.4.6-p13", "2.4.7-beta1", "2.4.7", "2.4.7-p1", "2.4.7-p10", "2.4.8"]],
    [["2010-01-02", "2010-01-02.5", "2010-01-03"]],
    [["20100102-beta", "20100102", "20100103"]],
  ])("has %j from older to newer", (versions) => {
    expectAscending(compareComposerVersions, versions);
  });

  it.each([
    [["1.0", "1.0.0", "1.0.0.0", "v1.0", "V1", "1.0-stable", "1.0.0+foo", "1.0@dev", "1.0 as 2.0", "01.0", "1.0."]],
    [["1.0-beta5", "1.0.0b5", "1.0.0-BETA.5", "1.0_beta-5", "1beta5"]],
    [["1.0RC1", "1.0-rc.1", "1.0.0.0-RC1"]],
    [["1.0-p2", "1.0pl2", "1.0-patch.2"]],
    [["1.x-dev", "1.*-dev", "v1.X.x-dev", "1.x.x.x-dev"]],
    [["master", "dev-master"]],
    [["2010-01-02", "2010:01:02"]],
  ])("takes %j as equal", (versions) => {
    expectEqual(compareComposerVersions, versions);
  });

  it("orders what Composer refuses by its numbers and words", () => {
    expectAscending(compareComposerVersions, ["dev-main", "1.0.0-foo", "1.0.0-dev-x", "1.0.0-alpha.x", "1.0.0-7"]);
    expectAscending(compareComposerVersions, ["1.0.0.0.0", "1.0.0.0.1", "1.0.0.1.0"]);
  });

  it("is total", () => {
    const words = ["dev", "alpha", "b", "RC", "p", "x", "-dev", "dev-", "1.0", "foo", "+", "@dev", " as "];
    expectTotalOrder(compareComposerVersions, ["0", "1", "10", "2010", "01", ".", ".", "-", "_", "v", ...words]);
  });

  it.skipIf(isMissing)("is what composer/semver says of 20000 pairs (needs php and composer)", () => {
    const pairs = generatePairs({
      ...{ count: 20_000, seed: 16, real },
      first: ["0", "1", "1.0", "v2", "1.2.3", "1.2.3.4", "10", "01.0", "20100102", "2010-01-02", "99999"],
      more: [
        ...[
          ".0",
          ".1",
          ".10",
          "-dev",
          ".x-dev",
          "-alpha",
          "b2",
          ".beta.3",
          "-RC1",
          "rc",
          "_p1",
          "-patch-2.1",
          "pl",
          "-stable",
        ],
        ...["0", "1", "-01", ":02", "+build", "@beta", ".", "-", "dev"],
      ],
      isValid: (version) => version !== "",
    });
    const answers = askComposer(pairs);
    const known = pairs.flatMap((pair, index) =>
      answers[index] === "?" ? [] : [{ pair, answer: answers[index] ?? "" }],
    );
    expect(known.length).toBeGreaterThan(5000);
    expectAgreement(
      compareComposerVersions,
      known.map(({ pair }) => pair),
      known.map(({ answer }) => answer),
    );
  });
});
