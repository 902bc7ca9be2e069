import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareImages, isHardened, readingOrder } from "../../src/compare/compare.ts";
import type { SbomPackage } from "../../src/sbom/model.ts";
import { severities } from "../../src/vuln/model.ts";
import { exampleSides, finding, sbomPackage, side } from "./example.ts";

const names = (packages: readonly { readonly name: string; readonly version: string }[]) =>
  packages.map(({ name, version }) => `${name} ${version}`);
const deb = (name: string, version: string, source = name) => sbomPackage("deb", name, { version, source });
const compare = (before: readonly SbomPackage[], after: readonly SbomPackage[]) =>
  compareImages({ baseline: side("before", { packages: before }), analysed: side("after", { packages: after }) })
    .changes.packages;

describe("packages", () => {
  it("are removed, added and changed by name and type", () => {
    const changes = compare(
      [deb("a", "1"), deb("b", "1"), deb("c", "1"), sbomPackage("npm", "d", { version: "1" })],
      [deb("a", "1"), deb("b", "2"), deb("d", "1")],
    );
    expect(names(changes.removed)).toEqual(["c 1", "d 1"]);
    expect(names(changes.added)).toEqual(["d 1"]);
    expect(changes.changed.map((item) => [item.package.name, item.from, item.package.version])).toEqual([
      ["b", "1", "2"],
    ]);
  });

  it("of one name are paired after equal versions have cancelled out", () => {
    const npm = (version: string) => sbomPackage("npm", "x", { version });
    const changes = compare([npm("1"), npm("2"), npm("3")], [npm("2"), npm("4")]);
    expect(changes.changed.map(({ from, package: item }) => [from, item.version])).toEqual([["1", "4"]]);
    expect(names(changes.removed)).toEqual(["x 3"]);
    expect(changes.added).toEqual([]);
  });

  it("carry only what identifies them", () => {
    expect(Object.keys(compare([deb("a", "1")], []).removed[0] ?? {})).toEqual([
      "type",
      "name",
      "version",
      "source",
      "purl",
    ]);
  });

  const packages = fc.array(
    fc
      .record({
        type: fc.constantFrom("deb" as const, "npm" as const),
        name: fc.constantFrom("a", "b", "c"),
        version: fc.constantFrom("1", "2", "3"),
      })
      .map(({ type, name, version }) => sbomPackage(type, name, { version })),
    { maxLength: 12 },
  );

  it("add up: before less removed plus added is after", () => {
    fc.assert(
      fc.property(packages, packages, (before, after) => {
        const { removed, added, changed, unchanged } = compare(before, after);
        expect(before.length - removed.length + added.length).toBe(after.length);
        expect(unchanged + added.length + changed.length).toBe(after.length);
        expect(changed.every(({ from, package: item }) => from !== item.version)).toBe(true);
      }),
    );
  });

  it("change back in the other direction", () => {
    fc.assert(
      fc.property(packages, packages, (before, after) => {
        const [there, back] = [compare(before, after), compare(after, before)];
        expect(there.removed).toEqual(back.added);
        expect(there.changed.length).toBe(back.changed.length);
      }),
    );
  });
});

describe("vulnerabilities", () => {
  const changes = (before: Parameters<typeof side>[1], after: Parameters<typeof side>[1]) =>
    compareImages({ baseline: side("before", before), analysed: side("after", after) }).changes.vulnerabilities;

  it("are explained by the package that is gone", () => {
    const curl = deb("curl", "1");
    const { removed } = changes({ packages: [curl], findings: [finding("CVE-1", curl)] }, { packages: [] });
    expect(removed[0]?.explanation).toEqual({
      kind: "package-removed",
      text: "curl is not in the image",
      package: "curl",
      from: "1",
      version: null,
      fixedVersion: null,
    });
  });

  it("are explained by the version that changed, with the version that mends them", () => {
    const [old, now] = [deb("libc6", "1", "glibc"), deb("libc6", "3", "glibc")];
    const { removed } = changes(
      { packages: [old], findings: [finding("CVE-1", old, { fixedVersion: "2" })] },
      { packages: [now] },
    );
    expect(removed[0]?.explanation).toEqual({
      kind: "version-changed",
      text: "libc6 1 → 3, fixed in 2",
      package: "libc6",
      from: "1",
      version: "3",
      fixedVersion: "2",
    });
  });

  it("are explained by the renamed package of the same source", () => {
    const [old, now] = [deb("libssl3", "1", "openssl"), deb("libssl3t64", "3", "openssl")];
    const { removed } = changes({ packages: [old], findings: [finding("CVE-1", old)] }, { packages: [now] });
    expect(removed[0]?.explanation).toMatchObject({ kind: "version-changed", text: "libssl3 1 → 3 as libssl3t64" });
  });

  it("stay when only the package's name changed", () => {
    const [old, now] = [deb("libssl3", "1", "openssl"), deb("libssl3t64", "3", "openssl")];
    const result = changes(
      { packages: [old], findings: [finding("CVE-1", old)] },
      { packages: [now], findings: [finding("CVE-1", now)] },
    );
    expect(result).toMatchObject({
      removed: [],
      added: [],
      unchanged: [{ id: "CVE-1", package: { name: "libssl3t64" } }],
    });
  });

  it("are gone from a package that is gone, though its sibling still has them", () => {
    const [tool, library] = [deb("openssl", "1", "openssl"), deb("libssl3", "1", "openssl")];
    const { removed } = changes(
      { packages: [tool, library], findings: [finding("CVE-1", tool), finding("CVE-1", library)] },
      { packages: [library], findings: [finding("CVE-1", library)] },
    );
    expect(removed.map((item) => [item.package.name, item.explanation.kind])).toEqual([["openssl", "package-removed"]]);
  });

  it("are explained by a suppression, with who said so", () => {
    const item = deb("a", "1");
    const suppressed = {
      by: "vendor VEX",
      status: "not_affected",
      justification: "component_not_present",
      statement: null,
    };
    const { removed } = changes(
      { packages: [item], findings: [finding("CVE-1", item)] },
      { packages: [item], findings: [finding("CVE-1", item, { suppressed })] },
    );
    expect(removed[0]?.explanation).toMatchObject({
      kind: "suppressed",
      text: "vendor VEX says: not_affected, component_not_present",
    });
  });

  it("that no record finds at the same version are said to be not affected", () => {
    const item = deb("a", "1");
    const { removed } = changes({ packages: [item], findings: [finding("CVE-1", item)] }, { packages: [item] });
    expect(removed[0]?.explanation).toMatchObject({ kind: "not-affected", text: "not affected at this version: a 1" });
  });

  it("that are new are added, and suppressed ones of either side do not count", () => {
    const item = deb("a", "1");
    const suppressed = { by: "x", status: "not_affected", justification: null, statement: null };
    const result = changes(
      { packages: [item], findings: [finding("CVE-1", item, { suppressed })] },
      { packages: [item], findings: [finding("CVE-2", item)] },
    );
    expect(result.removed).toEqual([]);
    expect(result.added.map(({ id }) => id)).toEqual(["CVE-2"]);
  });

  it("add up, and every one that is gone is explained", () => {
    const packages = [deb("a", "1", "s"), deb("b", "1", "s"), deb("c", "1")];
    const findings = fc
      .uniqueArray(fc.tuple(fc.constantFrom("CVE-1", "CVE-2"), fc.constantFrom(...packages), fc.boolean()), {
        selector: ([id, item]) => `${id} ${item.name}`,
      })
      .map((list) =>
        list.map(([id, item, off]) =>
          finding(id, item, off ? { suppressed: { by: "x", status: "y", justification: null, statement: null } } : {}),
        ),
      );
    fc.assert(
      fc.property(findings, findings, (before, after) => {
        const comparison = compareImages({
          baseline: side("before", { packages, findings: before }),
          analysed: side("after", { packages, findings: after }),
        });
        const { removed, added, unchanged } = comparison.changes.vulnerabilities;
        expect(unchanged.length + added.length).toBe(comparison.analysed.vulnerabilities.total);
        expect(comparison.baseline.vulnerabilities.total - removed.length + added.length).toBe(
          comparison.analysed.vulnerabilities.total,
        );
        expect(removed.every(({ explanation }) => explanation.text !== "")).toBe(true);
      }),
    );
  });

  it("stand worst first", () => {
    const { removed } = compareImages(exampleSides()).changes.vulnerabilities;
    const ranks = removed.map(({ severity }) => severities.indexOf(severity));
    expect(ranks).toEqual(ranks.toSorted((left, right) => left - right));
  });
});

describe("the whole", () => {
  it("says where the images come from, as far as their labels and layers say", () => {
    const { baseline, analysed } = compareImages(exampleSides());
    expect(baseline).toMatchObject({ tag: "24-bookworm-slim", provenance: null, base: null });
    expect(analysed).toMatchObject({
      tag: "24-debian13",
      provenance: { repository: "https://git.example/hardened/node", revision: "4f".repeat(20) },
      base: { reference: "hardpan/base" },
    });
  });

  it("keeps what is unknown null", () => {
    const { baseline, analysed } = compareImages(exampleSides({ unfixedKnown: false }));
    expect([baseline.vulnerabilities.unfixed, analysed.vulnerabilities.unfixed]).toEqual([null, null]);
  });

  it("names each source of advisories once", () => {
    expect(compareImages(exampleSides()).advisories).toHaveLength(1);
  });

  it("is refused for two platforms", () => {
    const { analysed, baseline } = exampleSides();
    const other = {
      ...analysed,
      sbom: { ...analysed.sbom, image: { ...analysed.sbom.image, platform: "linux/arm64" } },
    };
    expect(() => compareImages({ analysed: other, baseline })).toThrow(
      expect.objectContaining({ code: "COMPARE_PLATFORM_MISMATCH" }),
    );
  });

  it("is read with the hardened image on the right, whichever way it was asked for", () => {
    const { analysed, baseline } = exampleSides();
    expect(isHardened(analysed.facts)).toBe(true);
    expect(readingOrder({ analysed, baseline })).toMatchObject({ turned: false });
    const turned = readingOrder({ analysed: baseline, baseline: analysed });
    expect(turned.turned).toBe(true);
    expect(turned.sides.analysed).toBe(analysed);
  });
});
