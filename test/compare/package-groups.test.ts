import { describe, expect, it } from "vitest";
import { compareImages } from "../../src/compare/compare.ts";
import { packageGroups, removalReason } from "../../src/compare/package-groups.ts";
import { exampleSides, finding, sbomPackage, side } from "./example.ts";

const deb = (name: string, version: string, source = name) => sbomPackage("deb", name, { version, source });

describe("groups of packages", () => {
  const [gone, up, newer] = [deb("gone", "1"), deb("up", "1"), deb("up", "2")];
  const [down, older, stays, come] = [deb("down", "2"), deb("down", "1"), deb("stays", "1"), deb("come", "1")];
  const comparison = compareImages({
    baseline: side("before", {
      packages: [gone, up, down, stays],
      findings: [
        finding("CVE-1", gone, { severity: "critical" }),
        finding("CVE-2", up, { severity: "low", fixedVersion: "2" }),
        finding("CVE-3", stays),
      ],
    }),
    analysed: side("after", {
      packages: [newer, older, stays, come],
      findings: [finding("CVE-3", stays), finding("CVE-4", older, { severity: "high" }), finding("CVE-5", stays)],
    }),
  });
  const groups = packageGroups(comparison);

  it("stand with new vulnerabilities first, each package with its mark", () => {
    expect(groups.map(({ mark, package: { name }, from }) => [mark, name, from])).toEqual([
      ["↓", "down", "2"],
      [" ", "stays", null],
      ["-", "gone", null],
      ["↑", "up", "1"],
      ["+", "come", null],
    ]);
  });

  it("have what became of their vulnerabilities", () => {
    const ids = (name: string) => {
      const group = groups.find((one) => one.package.name === name);
      return [group?.added, group?.removed, group?.unchanged].map((some) => some?.map(({ id }) => id));
    };
    expect(ids("stays")).toEqual([["CVE-5"], [], ["CVE-3"]]);
    expect(ids("up")).toEqual([[], ["CVE-2"], []]);
  });

  it("say why a vulnerability is gone only as far as the mark does not", () => {
    const reasons = groups.flatMap((group) => group.removed.map((one) => [one.id, removalReason(group, one)]));
    expect(reasons).toEqual([
      ["CVE-1", ""],
      ["CVE-2", "fixed in 2"],
    ]);
  });

  it("have every finding and every changed package of a comparison once", () => {
    const example = compareImages(exampleSides());
    const { packages, vulnerabilities } = example.changes;
    const all = packageGroups(example);
    const count = (pick: "added" | "removed" | "unchanged") => all.reduce((sum, group) => sum + group[pick].length, 0);
    expect([count("added"), count("removed"), count("unchanged")]).toEqual([
      vulnerabilities.added.length,
      vulnerabilities.removed.length,
      vulnerabilities.unchanged.length,
    ]);
    expect(all.filter(({ mark }) => mark !== " ")).toHaveLength(
      packages.added.length + packages.removed.length + packages.changed.length,
    );
  });
});
