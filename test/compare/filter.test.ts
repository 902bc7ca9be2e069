import { describe, expect, it } from "vitest";
import { compareImages } from "../../src/compare/compare.ts";
import { type CompareFilter, compareFlags, filterSide, noFilter } from "../../src/compare/filter.ts";
import type { SbomPackage } from "../../src/sbom/model.ts";
import type { AppliedStatement } from "../../src/vuln/model.ts";
import { finding, sbomPackage, side } from "./example.ts";

const ours = { ...sbomPackage("npm", "left-pad", { version: "1.0.0" }), fromBase: false };
const base: SbomPackage = { ...sbomPackage("deb", "libc6", { version: "2.36", source: "glibc" }), fromBase: true };
const suppressed = { by: "vendor", status: "not_affected", justification: null, statement: null };
const affected: AppliedStatement = {
  ...{ by: "vendor", status: "affected", justification: null, statement: null },
  ...{ timestamp: "2026-01-01T00:00:00Z", source: "a.vex.json", trust: "trusted" },
};
const image = side("image", {
  packages: [ours, base],
  findings: [
    finding("CVE-1", ours, { severity: "critical", fixedVersion: "2.0.0", fromBase: false }),
    finding("CVE-2", ours, { severity: "low", state: "affected", fromBase: false, statements: [affected] }),
    finding("CVE-3", base, { severity: "high", state: "affected", fromBase: true }),
    finding("CVE-4", base, { severity: "high", fromBase: true, suppressed }),
  ],
});
const empty = side("empty", { packages: [] });

function narrowed(filter: Partial<CompareFilter>) {
  const { sbom, vulnerabilities } = filterSide(image, { ...noFilter, ...filter });
  return {
    packages: sbom.packages.map(({ name }) => name),
    ids: vulnerabilities.findings.filter((one) => one.suppressed === null).map(({ id }) => id),
    total: vulnerabilities.counts.total,
    suppressed: vulnerabilities.counts.suppressed,
  };
}

const everything = { packages: ["left-pad", "libc6"], ids: ["CVE-1", "CVE-2", "CVE-3"], total: 3, suppressed: 1 };

describe("a filter", () => {
  it.each<[string, Partial<CompareFilter>, Partial<typeof everything>]>([
    ["--ignore-base", { base: "ignore" }, { packages: ["left-pad"], ids: ["CVE-1", "CVE-2"], total: 2, suppressed: 0 }],
    ["--only-base", { base: "only" }, { packages: ["libc6"], ids: ["CVE-3"], total: 1 }],
    ["--ignore-suppressed", { ignoreSuppressed: true }, { suppressed: 0 }],
    ["--only-fixed", { fixes: "fixed" }, { ids: ["CVE-1"], total: 1 }],
    ["--only-unfixed", { fixes: "unfixed" }, { ids: ["CVE-2", "CVE-3"], total: 2, suppressed: 0 }],
    ["--only-severity", { severities: ["critical", "high"] }, { ids: ["CVE-1", "CVE-3"], total: 2 }],
    ["--only-package", { packages: [/^lib/] }, { packages: ["libc6"], ids: ["CVE-3"], total: 1 }],
    [
      "--only-package-type",
      { types: ["npm"] },
      { packages: ["left-pad"], ids: ["CVE-1", "CVE-2"], total: 2, suppressed: 0 },
    ],
    ["--only-vex-affected", { vexAffected: true }, { ids: ["CVE-2"], total: 1, suppressed: 0 }],
    ["nothing", {}, {}],
  ])("%s narrows both what is listed and what is counted", (_, filter, expected) => {
    expect(narrowed(filter)).toEqual({ ...everything, ...expected });
  });

  it("is named in the comparison as flags", () => {
    const filter = { ...noFilter, fixes: "fixed", types: ["deb", "npm"], ignoreUnchanged: true } as const;
    const flags = ["--only-package-type deb,npm", "--only-fixed", "--ignore-unchanged"];
    expect(compareFlags(filter)).toEqual(flags);
    expect(compareImages({ baseline: image, analysed: empty }, filter).filters).toEqual(flags);
  });

  it("leaves what is unchanged out of the lists only", () => {
    const filter = { ...noFilter, ignoreUnchanged: true };
    const [all, some] = [
      compareImages({ baseline: image, analysed: image }),
      compareImages({ baseline: image, analysed: image }, filter),
    ];
    expect(all.changes.vulnerabilities.unchanged).toHaveLength(3);
    expect(some.changes.vulnerabilities.unchanged).toEqual([]);
    expect(some.analysed.vulnerabilities).toEqual(all.analysed.vulnerabilities);
  });

  it("keeps the reason of what is gone because it is suppressed", () => {
    const open = side("open", { packages: [base], findings: [finding("CVE-4", base)] });
    const { changes } = compareImages({ baseline: open, analysed: image }, { ...noFilter, ignoreSuppressed: true });
    expect(changes.vulnerabilities.removed.map(({ explanation }) => explanation.kind)).toEqual(["suppressed"]);
  });

  it("keeps unknown what was unknown", () => {
    const unknown = side("unknown", { packages: [ours], findings: [], unfixedKnown: false });
    const { counts } = filterSide(unknown, { ...noFilter, types: ["npm"] }).vulnerabilities;
    expect([counts.unfixed, counts.noDsa]).toEqual([null, null]);
  });
});
