import { describe, expect, it } from "vitest";
import { countFindings } from "../../../src/vuln/match/count.ts";
import type { Finding, MatchResult } from "../../../src/vuln/model.ts";
import { effectOf, withBase } from "../../../src/vuln/recommend/effect.ts";
import { updateRecommendations } from "../../../src/vuln/recommend/updates.ts";
import { deb, npm } from "../examples.ts";
import { finding } from "../findings.ts";

const base = (name: string) => deb(name, "1", { fromBase: true });
const own = (name: string) => npm(name, "1.0.0", { fromBase: false });

function result(findings: readonly Finding[]): MatchResult {
  const counts = countFindings(findings, { policy: "all", unfixedKnown: true });
  return { findings, counts, effects: [], advisories: [], notMatched: [] };
}

const current = result([
  finding("CVE-1", base("bash"), { severity: "high" }),
  finding("CVE-2", base("libc6"), { state: "affected", fixedVersion: null }),
  finding("CVE-3", own("tar"), { fixedVersion: "1.2.0" }),
  finding("CVE-4", own("tar"), { fixedVersion: "1.10.0" }),
]);

describe("another base", () => {
  const replacement = result([finding("CVE-2", deb("libc6", "2")), finding("CVE-9", deb("libssl3", "3"))]);

  it("takes away what is of the base, and leaves what is on top", () => {
    const effect = effectOf(current, withBase(current, { replacement, whole: false }));
    expect(effect).toMatchObject({ removes: 1, adds: 1 });
    expect(effect.vulnerabilities).toMatchObject({ total: 4, high: 0 });
  });

  it("takes away everything where the image is its own base", () => {
    const effect = effectOf(current, withBase(current, { replacement, whole: true }));
    expect(effect).toMatchObject({ removes: 3, adds: 1 });
    expect(effect.vulnerabilities.total).toBe(2);
  });

  it("counts a vulnerability once for the packages of one source, and not where it is suppressed", () => {
    const source = { name: "glibc", version: "1" };
    const twice = ["libc6", "libc-bin"].map((name) => finding("CVE-1", deb(name, "1", { source })));
    const suppressed = { by: "us", status: "fixed", justification: null, statement: null };
    const more = finding("CVE-2", deb("bash", "1"), { suppressed });
    expect(effectOf(result([...twice, more]), [])).toMatchObject({ removes: 1, adds: 0 });
  });
});

describe("newer packages", () => {
  it("of the distribution and of languages are two recommendations, with the version that mends all", () => {
    const found = updateRecommendations(current, 4);
    expect(found.map(({ kind, removes }) => `${kind} ${removes}`)).toEqual(["packages 1", "packages 2"]);
    expect(found[1]?.updates).toMatchObject([{ package: { name: "tar" }, to: "1.10.0", mends: 2 }]);
    expect(found[1]?.vulnerabilities.total).toBe(2);
  });

  it("are not recommended where they mend nothing", () => {
    expect(updateRecommendations(result([finding("CVE-2", base("libc6"), { state: "affected" })]), 1)).toEqual([]);
  });
});
