import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { comparePypiVersions, withoutLocal } from "../../../src/vuln/version/pypi.ts";
import { sharedData, sharedText } from "../shared-data.ts";
import { expectAgreement, expectAscending, expectEqual, expectTotalOrder, generatePairs } from "./orders.ts";

const real = [
  ...[
    "2.31.0",
    "1.26.18",
    "2.0.7",
    "0.9.1",
    "3.2.1.post1",
    "1!2.0",
    "2024.7.4",
    "1.0rc1",
    "4.0b2",
    "2.1.0+cpu",
    "2.1.0+cu118",
  ],
  ...[
    "1.0.0.dev20230101",
    "5.0.0a1.dev3",
    "1.4.0-1",
    "0.7.0-alpha",
    "v2.2",
    "2.2.0",
    "0.1.0.rev3",
    "1.0.0.post0.dev1",
    "22.10b0",
  ],
];

/** Python programs that know of a `packaging`, pip's own if there is no other. */
const packaging =
  "try:\n from packaging.version import Version\nexcept ImportError:\n from pip._vendor.packaging.version import Version\n";
const python = ["python3", "/usr/bin/python3"].find((program) => {
  try {
    execFileSync(program, ["-c", packaging], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

const releases = [
  ...["1.0.dev0", "1.0.dev456", "1.0.dev456+local", "1.0a0", "1.0a0.post0.dev0", "1.0a0.post0", "1.0a1.dev1"],
  ...["1.0a1", "1.0a1+local", "1.0b0", "1.0b1.dev456", "1.0b2", "1.0b2.post345.dev456", "1.0b2.post345", "1.0b2-346"],
  ...["1.0rc0", "1.0rc1.dev1", "1.0c1", "1.0rc2", "1.0", "1.0.post0.dev0", "1.0.post0", "1.0.post456.dev34"],
  ...["1.0.post456", "1.0.post456+local", "1.0.1.dev1", "1.0.1a1", "1.0.1", "1.0.1+local", "1.0.1.post1", "1.1.dev1"],
  ...["1.2+a", "1.2+abc", "1.2+abcdef", "1.2+def", "1.2+0", "1.2+1", "1.2+1.abc", "1.2+1.1", "1.2+1.1.0", "1.2+2"],
  ...["1.2+123", "1.2+123456", "1.2.r32+123456", "1.2.rev33+123456"],
];

describe("the order of Python's versions", () => {
  // The facts of pypa/packaging's tests/test_version.py (Apache-2.0 or BSD-2-Clause).
  it("has the releases of packaging's own tests in order, in two epochs", () => {
    expectAscending(comparePypiVersions, [...releases, ...releases.map((version) => `1!${version}`)]);
  });

  it.each([
    [["1.0.dev0", "1.0dev", "1.0.dev", "1.0-dev", "1.0_DEV", "1.0dev0", "1.0.dev-0"]],
    [["1.0a1", "1.0.a1", "1.0-a.1", "1.0alpha1", "1.0_ALPHA_1", "1.0-Alpha-1"]],
    [["1.0b0", "1.0b", "1.0.beta", "1.0-BETA", "1.0beta."]],
    [["1.0rc1", "1.0c1", "1.0-C1", "1.0.rc.1", "1.0pre1", "1.0preview1", "1.0-preview-01"]],
    [["1.0.post5", "1.0-5", "1.0post5", "1.0-r5", "1.0.rev5", "1.0_POST-5"]],
    [["1.0", "1", "1.0.0", "v1.0", "   v1.0\t\n", "0!1", "01.00"]],
    [["1.0a0.post1", "1.0a--1", "1.0a.post1"]],
    [["1.0a0.dev1", "1.0adev1", "1.0a-dev1"]],
    [["1.0+ubuntu.1", "1.0+UBUNTU-1", "1.0+ubuntu_01"]],
  ])("takes %j as equal", (versions) => {
    expectEqual(comparePypiVersions, versions);
  });

  it("has what is no version below all versions", () => {
    const refused = [
      "french toast",
      "1.0+a+",
      "1.0++",
      "1.0+_foobar",
      "1.0+1+1",
      "1. 0",
      "1.0 a1",
      "1..0",
      "1.0.",
      ".1.0",
      "2004d",
    ];
    for (const text of ["", ...refused]) expect(comparePypiVersions(text, "0.dev0"), text).toBeLessThan(0);
    expectAscending(comparePypiVersions, ["2004d", "2004e", "0.dev0"]);
  });

  it("gives versions without their local part", () => {
    expect(["2.1.0+cpu", "1!1.0a1.post5+deadbeef", "1.0", "+"].map(withoutLocal)).toEqual([
      "2.1.0",
      "1!1.0a1.post5",
      "1.0",
      "",
    ]);
  });

  it("is total", () => {
    const parts = ["0", "1", "10", ".", ".", "!", "a", "rc", "post", "dev", "-", "+", "_", "v", "1.0", "+local", "x"];
    expectTotalOrder(comparePypiVersions, parts);
  });

  it.skipIf(python === undefined)("is what packaging says of 20000 pairs (needs python3 with packaging or pip)", () => {
    const pairs = generatePairs({
      ...{ count: 20_000, seed: 13, real: [...real, ...releases] },
      first: ["0", "1", "1.0", "2!1", "0!0", "v1", "01.2", "10"],
      more: [
        ...[
          ".0",
          ".1",
          ".10",
          "a",
          "-b",
          "_c1",
          "rc",
          ".alpha2",
          "beta",
          "pre",
          "-preview_3",
          ".post",
          "-1",
          "r2",
          "-rev.3",
        ],
        ...["dev", ".dev1", "-dev", "0", "1", "+a", "+1", "+1.b", "-c", "_2", ".99999999999999999999"],
      ],
      isValid: (version) => comparePypiVersions(version, "0.dev0") >= 0,
    });
    const program = [
      `${packaging}import sys`,
      "for line in sys.stdin:",
      " a, b = map(Version, line.split())",
      " print((a > b) - (a < b))",
    ].join("\n");
    const input = pairs.map((pair) => pair.join(" ")).join("\n");
    const answers = execFileSync(python ?? "", ["-c", program], { input, encoding: "utf8" });
    expectAgreement(comparePypiVersions, pairs, answers.trim().split("\n"));
  });

  it.skipIf(python === undefined)(
    "takes for a version what packaging does (needs python3 with packaging or pip)",
    () => {
      const any = generatePairs({
        ...{ count: 10_000, seed: 14, real },
        first: ["0", "1.0", "1!1", "v1", "x", ".", "1."],
        more: [
          ".",
          "-",
          "_",
          "+",
          "!",
          "1",
          "a",
          "b",
          "c",
          "rc",
          "r",
          "rev",
          "post",
          "pre",
          "view",
          "dev",
          "alpha",
          "x",
          "1.0",
          "v",
        ],
        isValid: (version) => version !== "",
      }).flat();
      const program = [
        `${packaging}import sys`,
        "for line in sys.stdin:",
        " try: Version(line.strip()); print(1)",
        " except Exception: print(0)",
      ].join("\n");
      const input = any.join("\n");
      const answers = execFileSync(python ?? "", ["-c", program], { input, encoding: "utf8" })
        .trim()
        .split("\n");
      const ours = any.map((version) => (comparePypiVersions(version, "0.dev0") >= 0 ? "1" : "0"));
      expect(any.filter((_, index) => ours[index] !== answers[index]).slice(0, 20)).toEqual([]);
      expect(new Set(ours).size).toBe(2);
    },
  );

  it.skipIf(python === undefined || sharedData === null)(
    "is what packaging says of fixed versions (needs python3 and the shared data)",
    () => {
      const fixed = [...sharedText("osv-pypi").matchAll(/"(?:fixed|introduced)":\s*"([^"]+)"/g)].map(
        ([, version = ""]) => version,
      );
      const known = [...new Set(fixed)].filter((version) => comparePypiVersions(version, "0.dev0") >= 0);
      const pairs = known.map((version, index) => [version, known[(index * 7919 + 1) % known.length] ?? ""] as const);
      const program = `${packaging}import sys\nfor line in sys.stdin:\n a, b = map(Version, line.split())\n print((a > b) - (a < b))`;
      const input = pairs.map((pair) => pair.join(" ")).join("\n");
      const answers = execFileSync(python ?? "", ["-c", program], { input, encoding: "utf8" })
        .trim()
        .split("\n");
      expect(pairs.filter(([a, b], index) => Math.sign(comparePypiVersions(a, b)) !== Number(answers[index]))).toEqual(
        [],
      );
      expect(known.length).toBeGreaterThan(1000);
    },
  );
});
