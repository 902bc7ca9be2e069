import { describe, expect, it } from "vitest";
import { pageOf, pagesOf } from "../../../src/vuln/report/links.ts";
import { debPackage, finding, hostile, npmPackage } from "./example.ts";

describe("the page about a vulnerability", () => {
  it.each([
    ["CVE-2026-30100", "https://nvd.nist.gov/vuln/detail/CVE-2026-30100"],
    ["GHSA-aaaa-bbbb-cccc", "https://github.com/advisories/GHSA-aaaa-bbbb-cccc"],
    ["DSA-6001-1", "https://security-tracker.debian.org/tracker/DSA-6001-1"],
    ["TEMP-0841856-B18BAF", "https://security-tracker.debian.org/tracker/TEMP-0841856-B18BAF"],
    ["GO-2024-2611", "https://osv.dev/vulnerability/GO-2024-2611"],
    ["PYSEC-2024-12", "https://osv.dev/vulnerability/PYSEC-2024-12"],
  ])("of %s is %s", (id, url) => {
    expect(pageOf(id)?.url).toBe(url);
  });

  it.each(["", "CVE-2026", "javascript:alert(1)", "CVE-2026-1234/../x", `A-${"1".repeat(100)}`, hostile])(
    "is none for %j",
    (id) => {
      expect(pageOf(id)).toBeNull();
    },
  );

  it("is the distribution's own first, each once", () => {
    const urls = (type: "deb" | "npm") => {
      const item = type === "deb" ? debPackage("x", "1") : npmPackage("x", "1", "y");
      return pagesOf(finding("CVE-2026-30100", item, { aliases: ["CVE-2026-30100"] })).map(
        ({ publisher }) => publisher,
      );
    };
    expect(urls("deb")).toEqual(["Debian", "NVD"]);
    expect(urls("npm")).toEqual(["NVD"]);
  });
});
