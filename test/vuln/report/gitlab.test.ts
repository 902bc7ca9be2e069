import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderGitlab } from "../../../src/vuln/report/gitlab.ts";
import { created, debPackage, exampleReport, finding } from "./example.ts";
import { anyReport, examples } from "./reports.ts";
import { gitlabProblems } from "./schema.ts";

const options = { created, toolVersion: "0.1.0" };
const document = (report = exampleReport()) => JSON.parse(renderGitlab(report, options));
const withRating = (vector: string) =>
  document(
    exampleReport({
      findings: [
        finding("CVE-2026-1234", debPackage("x", "1"), { cvss: [{ source: "nvd", version: "", vector, score: 1 }] }),
      ],
    }),
  ).vulnerabilities[0];

describe("GitLab's report", () => {
  it.each(examples)("is valid by GitLab's schema: a report %s", (_, report) => {
    expect(gitlabProblems(document(report))).toEqual([]);
  });

  it("is valid whatever the texts are", () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        expect(gitlabProblems(document(report))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("leaves out what is suppressed, and says how many", () => {
    const { vulnerabilities, scan } = document();
    const ids = vulnerabilities.map((one: { identifiers: { value: string }[] }) => one.identifiers[0]?.value);
    expect(ids).toHaveLength(8);
    expect(ids).not.toContain("CVE-2023-31484");
    expect(scan.messages).toContainEqual({ level: "info", value: "2 suppressed findings left out" });
  });

  it("names the vulnerability, the package, the image and what to do", () => {
    const [first] = document().vulnerabilities;
    expect(first).toMatchObject({
      severity: "Critical",
      solution: "Update libssl3 (source package openssl) to 3.0.17-1\\~deb12u3 or later.",
      identifiers: [
        {
          type: "cve",
          name: "CVE-2026-30100",
          value: "CVE-2026-30100",
          url: "https://nvd.nist.gov/vuln/detail/CVE-2026-30100",
        },
        { type: "dsa", name: "DSA-6001-1" },
      ],
      location: {
        dependency: { package: { name: "libssl3" }, version: "3.0.16-1~deb12u1" },
        operating_system: "debian 12",
        image: "registry://docker.io/library/node:24-bookworm-slim",
      },
    });
    expect(document().scan).toMatchObject({ start_time: "2026-11-24T09:30:00", type: "container_scanning" });
  });

  it("gives every finding the same id each time, and no other finding that", () => {
    const ids = (report = exampleReport()) => document(report).vulnerabilities.map(({ id }: { id: string }) => id);
    expect(ids()).toEqual(ids());
    expect(new Set(ids()).size).toBe(ids().length);
    expect(ids()[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it.each([
    ["negligible", "Info"],
    ["unspecified", "Unknown"],
    ["low", "Low"],
  ] as const)("calls %s %s", (severity, word) => {
    const findings = [finding("CVE-2026-1234", debPackage("x", "1"), { severity })];
    expect(document(exampleReport({ findings })).vulnerabilities[0].severity).toBe(word);
  });

  it.each([
    ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"],
    ["AV:N/AC:L/Au:N/C:P/I:P/A:P", "AV:N/AC:L/Au:N/C:P/I:P/A:P"],
    ["CVSS:2.0/AV:N/AC:L/Au:N/C:P/I:P/A:P", "AV:N/AC:L/Au:N/C:P/I:P/A:P"],
    ["CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", undefined],
    ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:Q", undefined],
    ["CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", undefined],
    ["CVSS:3.1/AV:N", undefined],
  ])("gives the vector %s as %s, as its schema takes it", (vector, given) => {
    const vulnerability = withRating(vector);
    expect(vulnerability.cvss_vectors?.[0]?.vector).toBe(given);
  });
});
