import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderJson } from "../../../src/vuln/report/json.ts";
import { ourProblems } from "../../sbom/schema.ts";
import { exampleReport } from "./example.ts";
import { anyReport, examples } from "./reports.ts";

const schema = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../docs/schema/${name}`, import.meta.url), "utf8"));
const problems = (text: string) => ourProblems(JSON.parse(text), "cves.schema.json");

/** The same data with the members of every object turned round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, turned(member)]),
  );
}

describe("the JSON of a report", () => {
  it.each(examples)("is what docs/schema describes: a report %s", (_, report) => {
    expect(problems(renderJson(report))).toEqual([]);
  });

  it("is what docs/schema describes whatever the texts are", () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        expect(problems(renderJson(report))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it.each(examples)("loses nothing and adds nothing: a report %s", (_, report) => {
    expect(JSON.parse(renderJson(report))).toEqual(JSON.parse(JSON.stringify(report)));
  });

  it("has its members always in the same order", () => {
    const report = exampleReport();
    const other = Object.assign(exampleReport(), turned(report));
    expect(renderJson(other)).toBe(renderJson(report));
  });

  it("begins with what the report is and of what", () => {
    expect(Object.keys(JSON.parse(renderJson(exampleReport())))).toEqual([
      ...["schema", "image", "distribution", "policy", "policyEffects", "filters", "advisories", "findings"],
      ...["vulnerabilities", "packages", "base", "notes"],
    ]);
  });

  it.each([
    ["a member that is not described", (text: string) => text.replace('"policy":', '"more": 1, "policy":')],
    ["a finding without its rule", (text: string) => text.replaceAll('"rule":', '"because":')],
    ["a state that is none", (text: string) => text.replaceAll('"deferred"', '"postponed"')],
    ["another schema", (text: string) => text.replace("hardpan/cves/1", "hardpan/cves/2")],
  ])("is refused by the schema with %s", (_, change) => {
    expect(problems(change(renderJson(exampleReport())))).not.toEqual([]);
  });

  it("says of findings, packages and counts the same as the JSON of comparisons", () => {
    const [cves, compare] = [schema("cves.schema.json").$defs, schema("compare.schema.json").$defs];
    const shared = Object.keys(cves);
    expect(shared).toContain("findingFields");
    for (const name of shared) expect([name, cves[name]]).toEqual([name, compare[name]]);
  });
});
