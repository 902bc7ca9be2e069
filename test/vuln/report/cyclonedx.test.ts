import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderSbomWithVulnerabilities, renderVex } from "../../../src/vuln/report/cyclonedx.ts";
import { cyclonedxProblems } from "../../sbom/schema.ts";
import { created, debPackage, exampleReport, exampleSbom, finding, npmPackage } from "./example.ts";
import { anyReport, examples } from "./reports.ts";

const options = { created, toolVersion: "0.1.0" };
const vex = (report = exampleReport()) => JSON.parse(renderVex(report, options));
const sbom = () => JSON.parse(renderSbomWithVulnerabilities(exampleReport(), { ...options, sbom: exampleSbom() }));
const entry = (id: string) => vex().vulnerabilities.find((one: { id: string }) => one.id === id);

interface Bom {
  readonly components: readonly { readonly "bom-ref": string }[];
  readonly vulnerabilities: readonly {
    readonly "bom-ref": string;
    readonly affects: readonly { readonly ref: string }[];
  }[];
}

function leadsSomewhere({ components, vulnerabilities }: Bom): void {
  const names = [...components, ...vulnerabilities].map((one) => one["bom-ref"]);
  expect(new Set(names).size).toBe(names.length);
  const referred = vulnerabilities.flatMap(({ affects }) => affects.map(({ ref }) => ref));
  expect(referred.filter((ref) => !names.includes(ref))).toEqual([]);
  expect(vulnerabilities.every(({ affects }) => affects.length > 0)).toBe(true);
}

describe("the vulnerabilities in CycloneDX", () => {
  it.each(examples)("are valid by the schema, and every reference leads somewhere: a report %s", (_, report) => {
    expect(cyclonedxProblems(vex(report))).toEqual([]);
    leadsSomewhere(vex(report));
  });

  it("are valid whatever the texts are", () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        expect(cyclonedxProblems(vex(report))).toEqual([]);
        leadsSomewhere(vex(report));
      }),
      { numRuns: 30 },
    );
  });

  it("come with those packages alone that they are in", () => {
    const names = vex().components.map(({ name }: { name: string }) => name);
    expect(names).toEqual(["debian", "libc6", "libssl3", "perl-base", "glob"]);
  });

  it("have every rating with its source, the severity that counts first", () => {
    expect(entry("CVE-2026-30100").ratings).toEqual([
      { source: { name: "debian-tracker" }, severity: "critical", method: "other" },
      {
        source: { name: "nvd" },
        score: 9.8,
        severity: "critical",
        method: "CVSSv31",
        vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
      },
      {
        source: { name: "cisa" },
        severity: "unknown",
        method: "CVSSv4",
        vector: "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H",
      },
    ]);
  });

  it.each([
    ["CVE-2023-31484", "not_affected", "code_not_present"],
    ["CVE-2024-2511", "resolved", undefined],
    ["CVE-2025-11201", "in_triage", undefined],
    ["GHSA-aaaa-bbbb-cccc", undefined, undefined],
    ["CVE-2025-11200", undefined, undefined],
  ])("give %s the state %s and the justification %s", (id, state, justification) => {
    expect(entry(id).analysis?.state).toBe(state);
    expect(entry(id).analysis?.justification).toBe(justification);
  });

  it("say who suppressed one, why and when", () => {
    const { analysis, affects } = entry("CVE-2023-31484");
    expect(analysis.detail).toContain("Our Security Team: vulnerable_code_not_present; CPAN.pm is not in perl-base.");
    expect(analysis.lastUpdated).toBe("2026-11-10T07:00:00.000Z");
    expect(affects[0].versions).toEqual([{ version: "5.36.0-7+deb12u2", status: "unaffected" }]);
  });

  it("take a claim that is not trusted for no analysis, but show it", () => {
    expect(entry("GHSA-aaaa-bbbb-cccc").properties).toContainEqual({
      name: "hardpan:statement",
      value: expect.stringMatching(/^claimed, not trusted: not_affected by Example Images/),
    });
  });

  it("put packages of one source that are affected alike into one entry", () => {
    const of = (name: string) => debPackage(name, "1-1", { source: { name: "glibc", version: "1-1" } });
    const findings = [
      finding("CVE-2026-1", of("libc6")),
      finding("CVE-2026-1", of("libc-bin")),
      finding("CVE-2026-1", npmPackage("other", "1", "x")),
    ];
    const { vulnerabilities } = vex(exampleReport({ findings }));
    expect(vulnerabilities.map(({ affects }: { affects: object[] }) => affects.length)).toEqual([2, 1]);
  });
});

describe("the whole bill with its vulnerabilities", () => {
  it("is valid and has every package", () => {
    expect(cyclonedxProblems(sbom())).toEqual([]);
    leadsSomewhere(sbom());
    expect(sbom().components).toHaveLength(exampleSbom().packages.length + 1);
    expect(sbom().serialNumber).not.toBe(vex().serialNumber);
  });

  it("refers to a package wherever it is in the image", () => {
    const twice = [npmPackage("glob", "10.4.2", "a"), npmPackage("glob", "10.4.2", "b")];
    const [first] = twice;
    if (first === undefined) throw new Error("no package");
    const report = exampleReport({ findings: [finding("CVE-2026-1", first)] });
    const bill = { ...exampleSbom(), packages: twice };
    const { vulnerabilities } = JSON.parse(renderSbomWithVulnerabilities(report, { ...options, sbom: bill }));
    expect(vulnerabilities[0].affects).toHaveLength(2);
  });
});
