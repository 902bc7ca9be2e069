import { describe, expect, it } from "vitest";
import { everything, type FindingFilter, filterFindings, filterFlags } from "../../src/vuln/filter.ts";
import type { AppliedStatement } from "../../src/vuln/model.ts";
import { deb, npm } from "./examples.ts";
import { finding } from "./findings.ts";

const rating = (vector: string) => ({ source: "nvd", version: "3.1", vector, score: 7.5 });
const statement: AppliedStatement = {
  by: "us",
  status: "affected",
  justification: null,
  statement: null,
  timestamp: "2026-01-01T00:00:00Z",
  source: "a.json",
  trust: "trusted",
};

const findings = [
  finding("CVE-2026-0001", deb("bash", "1", { fromBase: true }), { severity: "critical" }),
  finding("CVE-2026-0002", deb("libssl3", "3", { fromBase: false }), {
    severity: "high",
    state: "affected",
    cvss: [rating("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H")],
    epss: { score: 0.4, percentile: 0.97, asOf: "2026-01-01" },
  }),
  finding("GHSA-aaaa-bbbb-cccc", npm("tar", "6.0.0"), {
    aliases: ["CVE-2026-0003"],
    severity: "low",
    kev: { added: "2026-01-01", due: null, ransomware: false },
    statements: [statement],
  }),
  finding("CVE-2026-0004", deb("bash", "1"), {
    suppressed: { by: "us", status: "not_affected", justification: null, statement: null },
  }),
];

const [first, second, third, fourth] = findings.map(({ id }) => id);

describe("findings are narrowed", () => {
  it.each<readonly [string, Partial<FindingFilter>, readonly (string | undefined)[]]>([
    ["to nothing less by an empty filter", {}, [first, second, third, fourth]],
    ["to severities", { severities: ["critical", "low"] }, [first, third]],
    ["to a vulnerability by its id", { ids: ["CVE-2026-0002"] }, [second]],
    ["to a vulnerability by an alias", { ids: ["CVE-2026-0003"] }, [third]],
    ["to packages by name", { packages: [/^bash$/] }, [first, fourth]],
    ["to packages by package URL", { packages: [/pkg:npm/] }, [third]],
    ["to packages that match any of the patterns", { packages: [/bash/, /^lib/] }, [first, second, fourth]],
    ["to types", { types: ["npm"] }, [third]],
    ["to what is fixed", { fixes: "fixed" }, [first, third, fourth]],
    ["to what is unfixed", { fixes: "unfixed" }, [second]],
    ["to the base", { base: "only" }, [first]],
    ["to what is not of the base, also where none is known", { base: "ignore" }, [second, third, fourth]],
    ["to what is exploited", { exploited: true }, [third]],
    ["by CVSS metrics of one vector", { metrics: ["AV:N", "A:H"] }, [second]],
    ["by metrics in small letters", { metrics: ["av:n"] }, [second]],
    ["by a metric that no vector has", { metrics: ["AV:L"] }, []],
    ["by EPSS score", { epssScore: 0.4 }, [second]],
    ["by EPSS score, a higher one", { epssScore: 0.41 }, []],
    ["by EPSS percentile", { epssPercentile: 0.95 }, [second]],
    ["to what VEX calls affected", { vexAffected: true }, [third]],
    ["to what is not suppressed", { ignoreSuppressed: true }, [first, second, third]],
    ["by several at once", { severities: ["critical", "high"], fixes: "fixed" }, [first]],
  ])("%s", (_, filter, expected) => {
    const found = filterFindings(findings, { ...everything, ...filter });
    expect(found.map(({ id }) => id)).toEqual(expected);
  });

  it.each<readonly [string, readonly Partial<AppliedStatement>[], boolean]>([
    ["nobody says anything", [], false],
    ["only an untrusted statement says so", [{ trust: "claimed, not trusted" }], false],
    ["only another author's statement says so", [{ trust: "other author" }], false],
    ["the newest that counts says so", [{ trust: "claimed, not trusted", status: "fixed" }, {}], true],
    ["an older one says so", [{ status: "not_affected" }, {}], false],
  ])("to what VEX calls affected: where %s", (_, said, passes) => {
    const statements = said.map((one) => ({ ...statement, ...one }));
    const one = finding("CVE-2026-0009", deb("bash", "1"), { statements });
    expect(filterFindings([one], { ...everything, vexAffected: true })).toHaveLength(passes ? 1 : 0);
  });

  it("and a report says by which flags", () => {
    expect(filterFlags(everything)).toEqual([]);
    const filter: FindingFilter = {
      ...{ severities: ["critical", "high"], ids: ["CVE-2026-1"], packages: [/^ba/], types: ["deb"], fixes: "fixed" },
      ...{ base: "ignore", exploited: true, metrics: ["AV:N"], epssScore: 0.1, epssPercentile: 0.9 },
      ...{ vexAffected: true, ignoreSuppressed: true },
    };
    expect(filterFlags(filter)).toEqual([
      ...["--only-severity critical,high", "--only-cve-id CVE-2026-1", "--only-package ^ba", "--only-package-type deb"],
      ...["--only-fixed", "--ignore-base", "--only-cisa-kev", "--only-metric AV:N", "--epss-score 0.1"],
      ...["--epss-percentile 0.9", "--only-vex-affected", "--ignore-suppressed"],
    ]);
  });
});
