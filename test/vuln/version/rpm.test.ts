import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "vitest";
import { compareRpmVersions } from "../../../src/vuln/version/rpm.ts";
import { has, run } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { expectAgreement, expectAscending, expectEqual, expectTotalOrder, generatePairs } from "./orders.ts";

const real = [
  ...["1:3.0.7-24.el9", "1:3.0.7-25.el9_3", "1:1.1.1k-12.el8_9", "0:2.34-60.el9", "2.34-60.el9_2.7", "2.28-251.el8"],
  ...[
    "8.0.1763-19.el8_6.4",
    "2:8.2.2637-20.el9_1",
    "7.61.1-30.el8_8.9",
    "0.9.6-3.el9",
    "3.9.18-1.el9_3.1",
    "1.9.5p2-9",
  ],
  ...[
    "5.14.0-427.13.1.el9_4",
    "5.14.0-362.24.1.el9_3.0.1",
    "252-32.el9_4",
    "4.16.1.3-29.el9",
    "1.0~rc1-1",
    "1.0^20240101-1",
  ],
];

describe("the order of RPM's versions", () => {
  // The facts of rpm's own tests/rpmvercmp.at (GPL-2.0-or-later), put in order.
  it.each([
    [["1.0", "2.0", "2.0.1", "2.0.1a"]],
    [["5.5p1", "5.5p2", "5.5p10", "5.6p1"]],
    [["10xyz", "10.1xyz"]],
    [["xyz.4", "8", "9", "10"]],
    [["4.999.9", "5.0"]],
    [["20101121", "20101122"]],
    [["1.0~rc1~git123", "1.0~rc1", "1.0~rc2", "1.0", "1.0^", "1.0^git1", "1.0^git2", "1.01"]],
    [["1.0^git1~pre", "1.0^git1", "1.0^git1^p"]],
    [["1.0^20160101", "1.0^20160102", "1.0.1"]],
    [["1.0~rc1^git1~pre", "1.0~rc1^git1", "1.0"]],
    [["FC5", "fc4", "2a", "2.0"]],
    [["0:9-9", "1:0-1", "2:0-0"]],
    [["1.0-1.el9", "1.0-1.el9_2", "1.0-1.el9_10", "1.0-2.el9"]],
    [["1.0", "1.0-~1", "1.0-0", "1.0-1"]],
  ])("has %j from older to newer", (versions) => {
    expectAscending(compareRpmVersions, versions);
  });

  it.each([
    [["2_0", "2.0", "2+0", "02.0", "2..0", "_2.0_"]],
    [["a", "a+", "a_", "+a"]],
    [["1", "0:1", ":1", "00:1"]],
    [["1e.fc33", "1e_fc33"]],
  ])("takes %j as equal", (versions) => {
    expectEqual(compareRpmVersions, versions);
  });

  it("is total", () => {
    expectTotalOrder(compareRpmVersions, ["0", "1", "10", "01", "a", "Z", ".", "~", "^", "-", ":", "é", "+"]);
  });

  it.skipIf(!has("rpm"))("is what rpm says of 20000 pairs (needs rpm)", async () => {
    const pairs = generatePairs({
      ...{ count: 20_000, seed: 11, real },
      first: ["0", "1", "10", "01", "a", "1:2", "0:1", "2:", "1:"],
      more: [
        ...["0", "1", "9", "10", "00", "99999999999999999999", "a", "B", "rc"],
        ...[".", ".", "~", "^", "_", "+", "-", "-1", "-2.el9"],
      ],
      isValid: (version) => /^(\d+:)?[A-Za-z0-9._+~^]+(-[A-Za-z0-9._+~^]+)?$/.test(version),
    });
    const file = join(await temporaryFolder(), "pairs");
    await writeFile(file, pairs.map((pair) => `${pair.join(" ")}\n`).join(""));
    const program = [
      `local answers = {} for line in io.lines("${file}") do local a, b = line:match("^(.-) (.-)$")`,
      'table.insert(answers, rpm.vercmp(a, b)) end print(table.concat(answers, " "))',
    ].join(" ");
    const answers = run("rpm", ["--eval", `%{lua: ${program}}`]);
    expectAgreement(compareRpmVersions, pairs, answers.trim().split(" "));
  });
});
