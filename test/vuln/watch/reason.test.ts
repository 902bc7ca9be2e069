import { describe, expect, it } from "vitest";
import { changedSources, scanCauses } from "../../../src/vuln/watch/reason.ts";

describe("why a reference is scanned", () => {
  const basis = { identity: "sha256:a", data: "1", vex: "none", day: "2026-06-01" };
  it.each([
    ["nothing has changed", {}, []],
    ["the image", { identity: "sha256:b" }, ["digest"]],
    ["the data", { data: "2" }, ["data"]],
    ["VEX documents", { vex: "some" }, ["vex"]],
    ["the day", { day: "2026-06-02" }, ["day"]],
    [
      "all of them",
      { identity: "sha256:b", data: "2", vex: "some", day: "2026-06-02" },
      ["digest", "data", "vex", "day"],
    ],
  ])("%s", (_, changed, expected) => {
    expect(scanCauses(basis, { ...basis, ...changed })).toEqual(expected);
  });

  it("the first time", () => {
    expect(scanCauses(null, basis)).toEqual(["first"]);
  });
});

describe("the sources that have other data", () => {
  const source = (name: string, asOf: string, records = 1) => ({ source: name, asOf, records });
  it("are those with another date or number of records, those that came and those that went, by name", () => {
    const before = [source("same", "2026-01-01"), source("older", "2026-01-01"), source("gone", "2026-01-01")];
    const after = [source("same", "2026-01-01"), source("older", "2026-01-02"), source("new", "2026-01-02")];
    expect(changedSources(before, after)).toEqual([
      { source: "gone", before: { asOf: "2026-01-01", records: 1 }, after: null },
      { source: "new", before: null, after: { asOf: "2026-01-02", records: 1 } },
      { source: "older", before: { asOf: "2026-01-01", records: 1 }, after: { asOf: "2026-01-02", records: 1 } },
    ]);
    expect(changedSources([source("a", "2026-01-01", 1)], [source("a", "2026-01-01", 2)])).toHaveLength(1);
  });
});
