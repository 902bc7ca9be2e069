import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffSboms } from "../../src/sbom/diff.ts";
import type { Sbom } from "../../src/sbom/model.ts";
import { diffReport, renderDiff } from "../../src/sbom/render-diff.ts";
import { bills } from "./bills.ts";
import { example, exampleSbom } from "./example.ts";
import { ourProblems } from "./schema.ts";

function bill(...versions: readonly (readonly [name: string, version: string])[]): Sbom {
  const packages = versions.map(([name, version]) => example({ name, version, purl: `pkg:npm/${name}@${version}` }));
  return { ...exampleSbom, packages };
}

function changes(before: Sbom, after: Sbom) {
  const { added, removed, changed, unchanged } = diffSboms(before, after);
  return {
    added: added.map(({ name, version }) => `${name} ${version}`),
    removed: removed.map(({ name, version }) => `${name} ${version}`),
    changed: changed.map(({ name, from, to }) => `${name} ${from.version} ${to.version}`),
    unchanged,
  };
}

describe("diffSboms", () => {
  it.each([
    ["nothing", bill(["a", "1"]), bill(["a", "1"]), { added: [], removed: [], changed: [], unchanged: 1 }],
    ["a package that came", bill(), bill(["a", "1"]), { added: ["a 1"], removed: [], changed: [], unchanged: 0 }],
    ["a package that went", bill(["a", "1"]), bill(), { added: [], removed: ["a 1"], changed: [], unchanged: 0 }],
    [
      "another version",
      bill(["a", "1"]),
      bill(["a", "2"]),
      { added: [], removed: [], changed: ["a 1 2"], unchanged: 0 },
    ],
    [
      "one of several versions",
      bill(["a", "1"], ["a", "2"]),
      bill(["a", "1"], ["a", "3"]),
      { added: [], removed: [], changed: ["a 2 3"], unchanged: 1 },
    ],
    [
      "more versions than before",
      bill(["a", "1"]),
      bill(["a", "2"], ["a", "3"]),
      { added: ["a 3"], removed: [], changed: ["a 1 2"], unchanged: 0 },
    ],
    [
      "fewer versions than before",
      bill(["a", "1"], ["a", "2"]),
      bill(["a", "1"]),
      { added: [], removed: ["a 2"], changed: [], unchanged: 1 },
    ],
  ])("finds %s", (_, before, after, expected) => {
    expect(changes(before, after)).toEqual(expected);
  });

  it("tells packages of one name by their type", () => {
    const python = {
      ...exampleSbom,
      packages: [example({ type: "pypi", name: "a", version: "1", purl: "pkg:pypi/a@1" })],
    };
    expect(changes(bill(["a", "1"]), python)).toMatchObject({ added: ["a 1"], removed: ["a 1"], changed: [] });
  });

  it("counts every package of both bills once, and turned round says the opposite", () => {
    fc.assert(
      fc.property(bills, bills, (before, after) => {
        const { added, removed, changed, unchanged } = diffSboms(before, after);
        expect(added.length + changed.length + unchanged).toBe(after.packages.length);
        expect(removed.length + changed.length + unchanged).toBe(before.packages.length);
        const back = diffSboms(after, before);
        const names = (packages: typeof added) => packages.map(({ type, name, version }) => [type, name, version]);
        expect(names(back.added)).toEqual(names(removed));
        expect(names(back.removed)).toEqual(names(added));
        expect(diffSboms(before, before)).toMatchObject({ added: [], removed: [], changed: [] });
      }),
      { numRuns: 200 },
    );
  });
});

describe("renderDiff", () => {
  const diff = diffSboms(bill(["a", "1"], ["gone", "1"]), bill(["a", "2"], ["long-name", "3"]));

  it("marks what went, came and changed, and counts them", () => {
    expect(renderDiff(diff, "text").split("\n")).toEqual([
      "- npm  gone       1",
      "+ npm  long-name  3",
      "~ npm  a          1 → 2",
      "1 added, 1 removed, 1 changed, 0 unchanged",
      "",
    ]);
  });

  it("is JSON as docs/schema describes it", () => {
    expect(JSON.parse(renderDiff(diff, "json"))).toEqual(diffReport(diff));
    expect(ourProblems(diffReport(diff), "sbom-diff.schema.json")).toEqual([]);
    expect(ourProblems({ ...diffReport(diff), unchanged: -1 }, "sbom-diff.schema.json")).not.toEqual([]);
  });

  it("shows no control characters to a terminal", () => {
    const text = renderDiff(diffSboms(bill(), bill(["a\u001b[2J", "1\n2"])), "text");
    expect(text).toContain("a?[2J");
    expect(text.split("\n")).toHaveLength(3);
  });
});
