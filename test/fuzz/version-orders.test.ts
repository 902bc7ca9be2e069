import { describe, expect, it } from "vitest";
import { type VersionScheme, versionOrder } from "../../src/vuln/version/order.ts";
import { fuzzRounds, mutate, seeded } from "./mutate.ts";

const schemes: readonly VersionScheme[] = [
  ...([
    "deb",
    "apk",
    "rpm",
    "semver",
    "pypi",
    "golang",
    "cargo",
    "maven",
    "gem",
    "composer",
    "nuget",
    "openssl",
  ] as const),
];

const versions = [
  ...["1:2.36-9+deb12u14", "2.0~rc1", "1.36.1_p2-r29", "1.2.3a_alpha1~a1b2c3-r0", "1:3.0.7~rc1^git1-24.el9_2", "0"],
  ...[
    "1.2.3-beta.4+build",
    "v0.0.0-20191109021931-daa7c04131f5",
    "go1.22rc1",
    "1!1.0a1.post2.dev3+cpu",
    "4.1.94.Final",
  ],
  ...[
    "1.0-alpha-1-SNAPSHOT",
    "6.1.0.pre.beta.1",
    "2.0.0-beta.2-dev",
    "4.x-dev",
    "6.0.0.1-Preview.3",
    "1.0.2zd-fips",
    "",
  ],
].map((text) => Buffer.from(text));

describe("versions under mutation", () => {
  it.each(schemes)("are in order by the scheme %s", (scheme) => {
    const order = versionOrder(scheme);
    const random = seeded(90);
    const pick = () => mutate(versions[random(versions.length)] ?? Buffer.of(), random).toString();
    for (let round = 0; round < fuzzRounds(2000); round++) {
      const [a, b, c] = [pick(), pick(), pick()];
      expect(Math.sign(order(a, b)) + Math.sign(order(b, a)), JSON.stringify([a, b])).toBe(0);
      expect(order(a, a)).toBe(0);
      const [first = "", second = "", third = ""] = [a, b, c].sort(order);
      const [lower, upper, across] = [order(first, second), order(second, third), order(first, third)];
      expect(Math.sign(across), JSON.stringify([a, b, c])).toBe(Math.min(Math.sign(lower), Math.sign(upper)));
    }
  });

  it.each(schemes)("take no more than linear time by the scheme %s", (scheme) => {
    const order = versionOrder(scheme);
    const long = [
      "0",
      "1",
      "0.",
      "1-",
      "a",
      "1a",
      "-",
      ".",
      "~",
      "_p",
      "1.0-",
      "[",
      "1+",
      " as ",
      "1!",
      "2010-01-",
      "@",
    ];
    for (const part of long) {
      const text = part.repeat(200_000 / part.length);
      const start = performance.now();
      order(text, `${text}1`);
      expect(performance.now() - start, part).toBeLessThan(2000);
    }
  });
});
