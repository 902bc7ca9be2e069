import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Sbom } from "../../src/sbom/model.ts";
import { treeLines } from "../../src/sbom/tree.ts";
import { bills } from "./bills.ts";
import { example, exampleSbom } from "./example.ts";

/** A bill of npm packages; `needs` names what each needs. */
function billOf(needs: Readonly<Record<string, readonly string[]>>): Sbom {
  const url = (name: string) => `pkg:npm/${name}@1`;
  const packages = Object.entries(needs).map(([name, needed]) =>
    example({ name, version: "1", purl: url(name), dependsOn: needed.map(url) }),
  );
  return { ...exampleSbom, image: { ...exampleSbom.image, reference: "acme/app:1" }, packages };
}

function tree(sbom: Sbom): readonly string[] {
  return [...treeLines(sbom)].map((line) => line.trimEnd());
}

describe("treeLines", () => {
  it("shows the image, what nothing else needs, and below it what that needs", () => {
    expect(tree(billOf({ a: ["b", "c"], b: ["c"], c: [], d: [] }))).toEqual([
      "acme/app:1",
      "├── a@1 npm",
      "│   ├── b@1 npm",
      "│   │   └── c@1 npm",
      "│   └── c@1 npm (deduped)",
      "└── d@1 npm",
    ]);
  });

  it("ends in a circle where a package was shown already", () => {
    expect(tree(billOf({ a: ["b"], b: ["a"], c: ["c"] }))).toEqual([
      "acme/app:1",
      "├── c@1 npm",
      "│   └── c@1 npm (deduped)",
      "└── a@1 npm",
      "    └── b@1 npm",
      "        └── a@1 npm (deduped)",
    ]);
  });

  it("goes no deeper than 64, and says where it stopped", () => {
    const names = Array.from({ length: 200 }, (_, at) => `p${String(at).padStart(3, "0")}`);
    const lines = tree(billOf(Object.fromEntries(names.map((name, at) => [name, names.slice(at + 1, at + 2)]))));
    expect(lines).toHaveLength(66);
    expect(lines.at(-1)).toMatch(/p064@1 npm \(…\)$/);
  });

  it("shows every package that can be reached, on as many lines as there are packages and dependencies", () => {
    fc.assert(
      fc.property(bills, (sbom) => {
        const lines = tree(sbom);
        const edges = sbom.packages.reduce((sum, { dependsOn }) => sum + dependsOn.length, 0);
        expect(lines.length).toBeGreaterThan(sbom.packages.length);
        expect(lines.length).toBeLessThanOrEqual(1 + sbom.packages.length + edges);
      }),
    );
  });
});
