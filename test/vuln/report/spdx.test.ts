import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderSbom } from "../../../src/sbom/write.ts";
import { renderSpdx } from "../../../src/vuln/report/spdx.ts";
import { spdxProblems } from "../../sbom/schema.ts";
import { created, exampleReport, exampleSbom } from "./example.ts";
import { anyReport, examples } from "./reports.ts";

const options = { created, toolVersion: "0.1.0" };
const document = (report = exampleReport()) => JSON.parse(renderSpdx(report, options));
const packageOf = (name: string) => document().packages.find((one: { name: string }) => one.name === name);

describe("the vulnerabilities in SPDX", () => {
  it.each(examples)("are valid by the schema: a report %s", (_, report) => {
    expect(spdxProblems(document(report))).toEqual([]);
  });

  it("are valid whatever the texts are", () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        expect(spdxProblems(document(report))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it("refer to the advisories of each package, and to the announcement of the fix", () => {
    const references = packageOf("libssl3").externalRefs.filter(
      ({ referenceCategory }: { referenceCategory: string }) => referenceCategory === "SECURITY",
    );
    expect(references.slice(0, 3)).toEqual([
      {
        referenceCategory: "SECURITY",
        referenceType: "advisory",
        referenceLocator: "https://security-tracker.debian.org/tracker/CVE-2026-30100",
        comment: "CVE-2026-30100: critical, fixed in 3.0.17-1~deb12u3",
      },
      expect.objectContaining({
        referenceType: "url",
        referenceLocator: "https://nvd.nist.gov/vuln/detail/CVE-2026-30100",
      }),
      expect.objectContaining({
        referenceType: "fix",
        referenceLocator: "https://security-tracker.debian.org/tracker/DSA-6001-1",
      }),
    ]);
  });

  it("annotate each finding with its state, records, rule and suppression", () => {
    const comments = packageOf("perl-base").annotations.map(({ comment }: { comment: string }) => comment);
    const [suppressed] = comments.filter((comment: string) => comment.startsWith("CVE-2023-31484"));
    expect(suppressed).toContain("suppressed: not_affected by Our Security Team: vulnerable_code_not_present");
    expect(suppressed).toContain("record debian-tracker CVE-2023-31484, as of 2026-11-22");
    expect(suppressed).toContain("rule debian-open");
  });

  it("are not called what the bill of the same image is called", () => {
    const bill = JSON.parse(renderSbom(exampleSbom(), "spdx", options));
    expect(document().documentNamespace).not.toBe(bill.documentNamespace);
  });
});
