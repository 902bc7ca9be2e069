import { describe, expect, it } from "vitest";
import { environmentChanges, labelChanges } from "../../src/compare/setting-changes.ts";

describe("environment variables", () => {
  it("are removed, added and changed by name, sorted by it", () => {
    expect(environmentChanges(["B=1", "A=1", "SAME=x", "C=old"], ["SAME=x", "C=new=er", "E=", "D=1"])).toEqual({
      removed: [
        { name: "A", value: "1" },
        { name: "B", value: "1" },
      ],
      added: [
        { name: "D", value: "1" },
        { name: "E", value: "" },
      ],
      changed: [{ name: "C", from: "old", to: "new=er" }],
    });
  });

  it("may lack a value, and of a name that is there twice the last counts", () => {
    expect(environmentChanges(["A", "B=1", "B=2"], ["B=2"])).toEqual({
      removed: [{ name: "A", value: "" }],
      added: [],
      changed: [],
    });
  });
});

it("labels are compared by name, whatever that is", () => {
  const names = JSON.parse('{ "__proto__": "a", "constructor": "b" }');
  expect(labelChanges(names, { constructor: "c", toString: "d" })).toEqual({
    removed: [{ name: "__proto__", value: "a" }],
    added: [{ name: "toString", value: "d" }],
    changed: [{ name: "constructor", from: "b", to: "c" }],
  });
});
