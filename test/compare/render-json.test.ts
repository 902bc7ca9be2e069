import { describe, expect, it } from "vitest";
import { compareImages } from "../../src/compare/compare.ts";
import { renderJson } from "../../src/compare/render-json.ts";
import { exampleSides } from "./example.ts";

describe("the JSON form", () => {
  const comparison = compareImages(exampleSides());

  it("follows the flags and ends in a line feed", () => {
    const text = renderJson([comparison]);
    expect(text.endsWith("}\n")).toBe(true);
    expect(Object.keys(JSON.parse(text))).toEqual([
      ...["schema", "baseline", "analysed", "changes", "filters", "policy", "advisories"],
    ]);
  });

  it("of several images has the baseline once, and a comparison for each", () => {
    const { schema, baseline, analysed } = JSON.parse(renderJson([comparison, comparison]));
    expect(schema).toBe("hardpan/compare-many/1");
    expect(baseline).toEqual(JSON.parse(JSON.stringify(comparison.baseline)));
    expect(analysed).toHaveLength(2);
  });
});
