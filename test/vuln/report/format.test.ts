import { describe, expect, it } from "vitest";
import { cvesFormatNamed, cvesFormats, renderCves } from "../../../src/vuln/report/format.ts";
import { created, exampleReport, exampleSbom } from "./example.ts";
import { examples } from "./reports.ts";

const options = { created, toolVersion: "0.1.0", columns: 80, color: false, sbom: exampleSbom() };

describe.each(cvesFormats)("the format %s", (format) => {
  it("is found by its name", () => {
    expect(cvesFormatNamed(format)).toBe(format);
  });

  it.each(examples)("renders a report %s, always to the same text", async (_, report) => {
    const text = await renderCves(report, format, options);
    expect(text.endsWith("\n")).toBe(true);
    expect(await renderCves(structuredClone(report), format, options)).toBe(text);
  });

  it("names the vulnerabilities, or the packages they are in", async () => {
    const text = await renderCves(exampleReport(), format, options);
    expect(text).toContain(format === "only-packages" ? "libssl3" : "CVE-2026-30100");
  });
});

it("knows no other format", () => {
  expect(cvesFormatNamed("pdf")).toBeNull();
});
