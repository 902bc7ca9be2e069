import { describe, expect, it } from "vitest";
import { jsonChunks } from "../../../src/sbom/write/chunks.ts";

describe("jsonChunks", () => {
  it("is a JSON object with a line for each member and each item", () => {
    const text = [
      ...jsonChunks([
        { key: "a", value: { b: 1 } },
        { key: "list", items: [1, "two"] },
        { key: "none", items: [] },
        { key: "late", make: () => true },
      ]),
    ].join("");
    expect(text).toBe('{\n  "a": {"b":1},\n  "list": [\n    1,\n    "two"\n  ],\n  "none": [],\n  "late": true\n}\n');
  });

  it("makes a value after the lists before it, and holds no more than a chunk", () => {
    let made = 0;
    const items = Array.from({ length: 5000 }, () => "x".repeat(100))
      .values()
      .map((item) => {
        made++;
        return item;
      });
    const chunks = [
      ...jsonChunks([
        { key: "list", items },
        { key: "count", make: () => made },
      ]),
    ];
    expect(chunks.length).toBeGreaterThan(5);
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThan(70_000);
    expect(JSON.parse(chunks.join("")).count).toBe(5000);
  });
});
