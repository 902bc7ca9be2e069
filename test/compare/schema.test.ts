import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { compareImages } from "../../src/compare/compare.ts";
import { renderJson } from "../../src/compare/render-json.ts";
import { renderReportJson } from "../../src/compare/trial/report-json.ts";
import { exampleReport, exampleSides } from "./example.ts";

const schema = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../../docs/schema/${name}`, import.meta.url), "utf8"));

function validator(name: "compare.schema.json" | "compare-many.schema.json" | "trial.schema.json") {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
  ajv.addSchema(schema("compare.schema.json"));
  if (name !== "compare.schema.json") ajv.addSchema(schema(name));
  return (text: string): readonly string[] => {
    ajv.validate(name, JSON.parse(text));
    return (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
}

describe("docs/schema/compare.schema.json", () => {
  const errors = validator("compare.schema.json");

  it("describes what compare prints", () => {
    expect(errors(renderJson([compareImages(exampleSides())]))).toEqual([]);
    expect(errors(renderJson([compareImages(exampleSides({ unfixedKnown: false }))]))).toEqual([]);
  });

  it.each([
    ["a field that is not described", (data: Record<string, unknown>) => ({ ...data, more: 1 })],
    ["a missing side", ({ baseline: _, ...rest }: Record<string, unknown>) => rest],
    ["another schema", (data: Record<string, unknown>) => ({ ...data, schema: "hardpan/compare/2" })],
  ])("refuses %s", (_, change) => {
    expect(errors(JSON.stringify(change(JSON.parse(renderJson([compareImages(exampleSides())])))))).not.toEqual([]);
  });

  it("refuses a removed finding without its explanation", () => {
    const text = renderJson([compareImages(exampleSides())]);
    expect(errors(text.replaceAll('"explanation"', '"reason"'))).not.toEqual([]);
  });
});

describe("docs/schema/compare-many.schema.json", () => {
  const errors = validator("compare-many.schema.json");
  const { analysed, baseline } = exampleSides();
  const one = compareImages({ analysed, baseline });

  it("describes what compare prints of several images, and not of one", () => {
    const many = renderJson([one, compareImages({ analysed: baseline, baseline })]);
    expect(errors(many)).toEqual([]);
    expect(JSON.parse(many).analysed.map((each: { schema: string }) => each.schema)).toEqual([
      "hardpan/compare/1",
      "hardpan/compare/1",
    ]);
    expect(errors(renderJson([one]))).not.toEqual([]);
  });
});

describe("docs/schema/trial.schema.json", () => {
  const errors = validator("trial.schema.json");
  const report = exampleReport();

  it("describes what trial writes", () => {
    expect(errors(renderReportJson(report))).toEqual([]);
    const reasons = [{ line: 1, column: 1, instruction: "RUN x", reason: "y", rule: "run-needs-shell" }];
    expect(errors(renderReportJson({ ...report, unpatched: null, migration: { kind: "refused", reasons } }))).toEqual(
      [],
    );
  });

  it("refuses a refusal without reasons", () => {
    expect(errors(renderReportJson({ ...report, migration: { kind: "refused", reasons: [] } }))).not.toEqual([]);
  });
});
