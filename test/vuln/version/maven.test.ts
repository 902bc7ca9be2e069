import { execFileSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compareMavenVersions } from "../../../src/vuln/version/maven.ts";
import { has } from "../../support/program.ts";
import { expectAgreement, expectAscending, expectEqual, expectTotalOrder, generatePairs } from "./orders.ts";

/** Of Maven 3.9: older ones order qualifiers after a dot differently. */
const jar = [fileURLToPath(new URL("../../../.cache/tools/usr/share/java", import.meta.url)), "/usr/share/java"]
  .map((folder) => `${folder}/maven3-artifact.jar`)
  .find((path) => existsSync(path) && /-3\.9[^/]*$/.test(realpathSync(path)));
const isMissing = jar === undefined || !has("java");

const real = [
  ...["2.13.4.2", "2.13.4", "2.14.0-rc1", "5.3.27", "5.3.27.RELEASE", "4.1.94.Final", "4.1.94.Final-redhat-00001"],
  ...[
    "9.0.0.M1",
    "9.0.0-M10",
    "9.0.0",
    "1.0.0.Beta1",
    "1.0.0.CR2",
    "1.0.0.Final",
    "1.0.0-SNAPSHOT",
    "31.1-jre",
    "31.1-android",
  ],
  ...[
    "32.0.0-jre",
    "42.2.5.jre7",
    "42.2.5",
    "9.4.0.v20161208",
    "9.4.0.RC3",
    "2.0-alpha-1",
    "2.0-beta-1",
    "3.0.0-beta3",
  ],
  ...[
    "1.2.17-16",
    "20231013",
    "20230618",
    "2.3.2-1",
    "1.0-sp1",
    "1.1.1.RELEASE",
    "6.0.0.Alpha7",
    "2.0.0.AM25",
    "0.9.5.5",
  ],
];

const word = "(?!(?:ga|final|release)(?![a-z]))[a-z]+";
const numbers = "[1-9]\\d*(?:\\.\\d+)*";
/** Versions Maven does not go in circles with. */
const sane = new RegExp(
  `^\\d+(?:\\.\\d+)*(?:-?${word}(?![a-z])(?:[-.]?${numbers})?|\\.${word}(?:(?=$)|${numbers})|-${numbers})*(?:[-.]?(?:ga|final|release))?$`,
  "i",
);

/** What Maven says of each of the versions and the next. */
function askMaven(versions: readonly string[]): readonly string[] {
  const name = "org.apache.maven.artifact.versioning.ComparableVersion";
  const options = ["-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", jar ?? ""];
  const lines = execFileSync("java", [...options, name, ...versions], { encoding: "utf8", maxBuffer: 2 ** 26 });
  const signs = lines.split("\n").flatMap((line) => /^ {3}\S+ (<|==|>) \S+$/.exec(line)?.[1] ?? []);
  return signs.map((sign) => (sign === "<" ? "-1" : sign === ">" ? "1" : "0"));
}

describe("the order of Maven's versions", () => {
  // The facts of Maven's own ComparableVersionTest (Apache-2.0).
  it.each([
    [
      [
        ...["1-alpha2snapshot", "1-alpha2", "1-alpha-123", "1-beta-2", "1-beta123", "1-m2", "1-m11", "1-rc", "1-cr2"],
        ...["1-rc123", "1-SNAPSHOT", "1", "1-sp", "1-sp2", "1-sp123", "1-abc", "1-def", "1-pom-1", "1-1-snapshot"],
        ...["1-1", "1-2", "1-123"],
      ],
    ],
    [
      [
        "2.0",
        "2.0.a",
        "2-1",
        "2.0.2",
        "2.0.123",
        "2.1.0",
        "2.1-a",
        "2.1b",
        "2.1-c",
        "2.1-1",
        "2.1.0.1",
        "2.2",
        "2.123",
      ],
    ],
    [["11.a2", "11.a11", "11.b2", "11.b11", "11.m2", "11.m11", "11", "11.a", "11b", "11c", "11m"]],
    [["1.0-alpha-1-SNAPSHOT", "1.0-alpha-1", "1.0-alpha-2", "1.0-beta-1", "1.0-SNAPSHOT", "1.0", "1.0-1", "1.0-2"]],
    [["2.0-1", "2.0.1", "2.0.1-klm", "2.0.1-lmn", "2.0.1-xyz", "2.0.1-123"]],
    [["6.1.0rc3", "6.1.0", "6.1H.5-beta"]],
    [["20190126.230843", "1234567890.12345", "123456789012345.1H.5-beta", "12345678901234567890.1H.5-beta"]],
    [["1-0.alpha", "1-0.beta", "1"]],
    [["1.0.0.RC1", "1.0.0-RC2", "1.0.0.RC3", "1.0.0", "1.0.0.X1", "1.0.0-X2", "1.0.1"]],
  ])("has %j from older to newer", (versions) => {
    expectAscending(compareMavenVersions, versions);
  });

  it.each([
    [["1", "1.0", "1.0.0", "1-0", "1.0-0", "1ga", "1-GA", "1.final", "1.0.0.RELEASE", "1RELeaSE", "01", "1.", "1-"]],
    [["1a", "1-a", "1.0-a", "1.0.0-a", "1.0a", "1.a", "1A"]],
    [["1a1", "1-alpha-1", "1alpha1", "1.0.Alpha1"]],
    [["1b2", "1-beta-2"]],
    [["1m3", "1-milestone-3", "1MileStone3"]],
    [["1cr", "1rc", "1Cr", "1.RC"]],
    [["4.2.0-redhat-1", "4.2.0.redhat1", "4.2.Final-redhat-1"]],
    [["0", "00", "0.0", "", "0-0", "0000000000000000000"]],
  ])("takes %j as equal", (versions) => {
    expectEqual(compareMavenVersions, versions);
  });

  it("is total, where Maven's own order goes in circles too", () => {
    const qualifiers = ["alpha", "a", "x", "ga", "sp", "SNAPSHOT"];
    expectTotalOrder(compareMavenVersions, ["0", "0", "1", "10", ".", ".", "-", "-", ...qualifiers, "1-", "ß"]);
    expectAscending(compareMavenVersions, ["1-0.alpha", "1", "1-x"]);
  });

  it.skipIf(isMissing)("is what Maven says of 15000 pairs (needs java and maven-artifact 3.9)", () => {
    const pairs = generatePairs({
      ...{ count: 14_000, seed: 15, real: real.filter((version) => sane.test(version)) },
      first: ["0", "1", "1.0", "1.0.0", "2.1", "10", "01", "1.0.1"],
      more: [
        ...[
          ".0",
          ".1",
          ".10",
          "-1",
          "-2.0.1",
          "-alpha",
          "-alpha-1",
          "a1",
          "-b2",
          ".Beta1",
          "-m3",
          ".M4",
          "-rc",
          ".CR1",
          "rc2",
        ],
        ...[
          "-SNAPSHOT",
          ".Final",
          "-sp",
          ".SP1",
          "-jre",
          ".x",
          "x",
          "-abc",
          "v2",
          "0",
          "1",
          ".RELEASE",
          ".12345678901234567890",
        ],
      ],
      isValid: (version) => sane.test(version),
    });
    // Every second answer is about the end of a pair and the beginning of the next.
    const answers = askMaven(pairs.flat()).filter((_, index) => index % 2 === 0);
    expectAgreement(compareMavenVersions, pairs, answers);
  });

  it.skipIf(isMissing)(
    "is what Maven says of versions that were really given (needs java and maven-artifact 3.9)",
    () => {
      const pairs = real.flatMap((left) => real.map((right) => [left, right] as const));
      expectAgreement(
        compareMavenVersions,
        pairs,
        askMaven(pairs.flat()).filter((_, index) => index % 2 === 0),
      );
    },
  );

  it.skipIf(isMissing)("differs from Maven's because that goes in circles (needs java and maven-artifact 3.9)", () => {
    expect(askMaven(["1", "1-x", "1-0.alpha", "1"])).toEqual(["-1", "-1", "-1"]);
  });
});
