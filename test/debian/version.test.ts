import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compareDebianVersions,
  isDebianVersion,
  parseDebianVersion,
  splitDebianVersion,
  stripBinNmu,
} from "../../src/debian/version.ts";
import { seeded } from "../fuzz/mutate.ts";
import { has } from "../support/program.ts";

/** Debian Policy 5.6.12 and what follows from its rules, as chains from older to newer. */
const ascending: readonly (readonly string[])[] = [
  ["~~", "~~a", "~", "", "a"].map((part) => `1${part}`),
  ["1.0~beta1~svn1245", "1.0~beta1", "1.0"],
  ["1.0~rc1", "1.0", "1.0+deb12u1", "1.0.1"],
  ["9", "10", "1:1", "1:1.1", "2:0.1"],
  ["1.2", "1.10", "1.100"],
  ["1a", "1b", "1z", "1+", "1."],
  ["1.0A", "1.0Z", "1.0a", "1.0z", "1.0+"],
  ["2.0-1~bpo12+1", "2.0-1", "2.0-1+b1", "2.0-1+b2", "2.0-1+b10", "2.0-1+deb12u1", "2.0-1.1", "2.0-2", "2.0-10"],
  ["1.0-1-1", "1.0-2-0", "1.0-2-1"],
  ["5.2.15-2", "5.2.15-2+b13", "5.2.21-1"],
  ["7.6-0", "7.6p2-4"],
  ["0", "00000001", "2"],
  ["1.2.3", "1.2.3a", "1.2.3a1", "1.2.3b"],
  ["99999999999999999998", "99999999999999999999", "100000000000000000000"],
];

const equal: readonly (readonly [string, string])[] = [
  ["1.0", "1.0-0"],
  ["0:1.0-1", "1.0-1"],
  ["00:1.0", "1.0"],
  ["1.02", "1.2"],
  ["1.0-01", "1.0-1"],
  ["1.a0", "1.a"],
  ["1", "1-"],
  ["2:1-0", "2:1"],
  ["1.0-00", "1.0"],
];

describe("the order of versions", () => {
  it.each(ascending.map((chain) => [chain]))("has %j from older to newer", (chain) => {
    for (const [index, older] of chain.entries()) {
      for (const newer of chain.slice(index + 1)) {
        expect(compareDebianVersions(older, newer), `${older} < ${newer}`).toBeLessThan(0);
        expect(compareDebianVersions(newer, older), `${newer} > ${older}`).toBeGreaterThan(0);
      }
    }
  });

  it.each(equal)("takes %s and %s as equal", (a, b) => {
    expect(compareDebianVersions(a, b)).toBe(0);
    expect(compareDebianVersions(b, a)).toBe(0);
  });

  it("is a total order", () => {
    const versions = fc.array(fc.constantFrom("0", "1", "9", "10", "a", "Z", "~", "+", ".", "-", ":"), {
      maxLength: 8,
    });
    const version = versions.map((parts) => `1${parts.join("")}`);
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareDebianVersions(a, b))).toBe(0 - Math.sign(compareDebianVersions(b, a)));
        const [first = "", second = "", third = ""] = [a, b, c].sort(compareDebianVersions);
        expect(compareDebianVersions(first, second)).toBeLessThanOrEqual(0);
        expect(compareDebianVersions(second, third)).toBeLessThanOrEqual(0);
        expect(compareDebianVersions(first, third)).toBeLessThanOrEqual(0);
        expect(compareDebianVersions(a, a)).toBe(0);
      }),
    );
  });
});

const { HARDPAN_TEST_ALL: all } = process.env;
const hasPerl = has("perl") && succeeds("perl", ["-MDpkg::Version", "-e", "1"]);

describe("dpkg", () => {
  const pairs = all === "1" ? 1_000_000 : 20_000;

  it.skipIf(!hasPerl)(`agrees on ${pairs} generated pairs (needs perl with libdpkg-perl)`, { timeout: 600_000 }, () => {
    // Perl compares numbers of more than 15 digits inexactly; dpkg itself is asked about those below.
    const generated = generatePairs(pairs, 20261123).filter((pair) => !/[0-9]{16}/.test(pair.join(" ")));
    const script = 'while (<STDIN>) { my ($a, $b) = split; print version_compare($a, $b), "\\n" }';
    const answers = execFileSync("perl", ["-MDpkg::Version", "-e", script], {
      input: generated.map((pair) => pair.join(" ")).join("\n"),
      encoding: "utf8",
      maxBuffer: 1 << 28,
    }).split("\n");
    const wrong = generated.filter(
      ([a, b], index) => Math.sign(compareDebianVersions(a, b)) !== Number(answers[index]),
    );
    expect(wrong).toEqual([]);
    expect(generated.length).toBeGreaterThan(0.9 * pairs);
    expect(new Set(answers.slice(0, generated.length))).toEqual(new Set(["-1", "0", "1"]));
  });

  it.skipIf(!has("dpkg"))(
    "itself, one process a question, agrees on 400 of them (needs dpkg)",
    { timeout: 120_000 },
    () => {
      const generated = generatePairs(400, 7);
      const script =
        'while read a b; do if dpkg --compare-versions "$a" lt "$b"; then echo -1; elif dpkg --compare-versions "$a" gt "$b"; then echo 1; else echo 0; fi; done';
      const input = generated.map((pair) => `${pair.join(" ")}\n`).join("");
      const answers = execFileSync("sh", ["-c", script], { input, encoding: "utf8" }).split("\n");
      for (const [index, [a, b]] of generated.entries()) {
        expect(Math.sign(compareDebianVersions(a, b)), `${a} and ${b}`).toBe(Number(answers[index]));
      }
    },
  );

  it.skipIf(!has("dpkg"))("takes as well-formed what parseDebianVersion takes (needs dpkg)", () => {
    const texts = [
      "1.0",
      "1:1.0-1",
      "1.0-",
      ":1",
      "a1",
      "1_0",
      "1.0-1_1",
      "",
      "1:",
      "-1",
      "1:2:3",
      "1.0-1-1",
      "x:1",
      "1~",
      "1.0-~",
    ];
    const dpkgSays = texts.filter((text) => succeeds("dpkg", ["--validate-version", text]));
    expect(texts.filter(isDebianVersion)).toEqual(dpkgSays);
  });
});

describe("parseDebianVersion", () => {
  it.each(["1.0", "0", "1:2.36-9+deb12u14", "5.2.15-2+b13", "1:1.2:3-4", "1.0-1-1", "20240101~git-1"])(
    "takes %s",
    (text) => {
      expect(parseDebianVersion(text)).toBe(text);
    },
  );

  it.each(["", "abc", "1.0-", "1 0", "1.0_1", ":1", "a:1", "1:", "-1", "1.0-1/2", "ü1"])("refuses %j", (text) => {
    expect(() => parseDebianVersion(text)).toThrow(expect.objectContaining({ code: "DEBIAN_VERSION_INVALID" }));
  });
});

describe("splitDebianVersion", () => {
  it.each([
    ["1.0", "0", "1.0", ""],
    ["1.0-1", "0", "1.0", "1"],
    ["2:1.0-rc-1", "2", "1.0-rc", "1"],
    ["1:1:2-3", "1", "1:2", "3"],
  ])("splits %s at the first colon and the last hyphen", (text, epoch, upstream, revision) => {
    expect(splitDebianVersion(text)).toEqual({ epoch, upstream, revision });
  });
});

describe("stripBinNmu", () => {
  it.each([
    ["5.2.15-2+b13", "5.2.15-2"],
    ["1.0-1+deb12u1", "1.0-1+deb12u1"],
    ["1.0-1+deb12u1+b2", "1.0-1+deb12u1"],
    ["1.0+b1-1", "1.0+b1-1"],
    ["1.0+b", "1.0+b"],
    ["3+b1", "3"],
  ])("turns %s into %s", (version, expected) => {
    expect(stripBinNmu(version)).toBe(expected);
  });
});

/** Pairs of well-formed versions; most differ little from each other, where mistakes would show. */
function generatePairs(count: number, seed: number): readonly (readonly [string, string])[] {
  const random = seeded(seed);
  const pick = (choices: readonly string[]) => choices[random(choices.length)] ?? "";
  const atoms = [
    "0",
    "1",
    "2",
    "9",
    "10",
    "00",
    "01",
    "a",
    "b",
    "z",
    "A",
    "~",
    "~~",
    "+",
    ".",
    "rc",
    "+b1",
    "deb12u1",
    "19",
    "99999999999",
  ];
  const some = (most: number) => Array.from({ length: random(most) }, () => pick(atoms)).join("");
  const make = () => {
    const epoch = pick(["", "", "", "0:", "1:", "2:", "01:"]);
    const inner = random(8) === 0 ? `-${some(3)}` : "";
    const revision = pick(["", "", "-"]);
    return `${epoch}${random(12)}${some(6)}${revision === "" ? "" : inner}${revision}${revision === "" ? "" : `${pick(["0", "1", "1~", "a", "1.1"])}${some(3)}`}`;
  };
  const vary = (version: string) => {
    const at = 1 + random(version.length);
    const changed = `${version.slice(0, at)}${pick(atoms)}${version.slice(at + random(2))}`;
    return isDebianVersion(changed) ? changed : make();
  };
  return Array.from({ length: count }, () => {
    const version = make();
    return [version, random(4) === 0 ? make() : vary(version)] as const;
  });
}

function succeeds(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
