import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/vuln/model.ts";
import { findingDifference, isSame } from "../../../src/vuln/watch/difference.ts";
import { watchedFindings } from "../../../src/vuln/watch/finding.ts";

function finding(id: string, name: string, more: Partial<Finding> & { readonly version?: string } = {}): Finding {
  const { version = "1", ...rest } = more;
  return {
    id,
    aliases: [],
    package: { type: "deb", name, version, source: null, purl: `pkg:deb/debian/${name}@${version}` },
    severity: "high",
    severitySource: "nvd",
    state: "affected",
    triage: null,
    fixedVersion: null,
    cvss: [],
    epss: null,
    kev: null,
    summary: null,
    records: [{ source: "osv-debian", id, asOf: "2026-01-01" }],
    rule: "debian-affected",
    suppressed: null,
    statements: [],
    locations: [],
    fromBase: null,
    ...rest,
  };
}

const suppressed = { by: "me", status: "not_affected", justification: null, statement: null };

/** The difference between two lists of findings, where all packages are those of the second. */
function between(before: readonly Finding[], after: readonly Finding[], packages = after.map((one) => one.package)) {
  const { added, changed, removed } = findingDifference(watchedFindings(before), {
    findings: after,
    unfiltered: after,
    packages,
  });
  return [
    ...added.map(({ id, package: { name } }) => `+${id} ${name}`),
    ...changed.map(({ id, before: old, severity, state, fixedVersion }) => {
      return `~${id} ${old.severity}/${old.state}/${old.fixedVersion} ${severity}/${state}/${fixedVersion}`;
    }),
    ...removed.map(({ id, package: { name }, cause }) => `-${id} ${name} ${cause}`),
  ];
}

describe("the difference between two scans", () => {
  it.each<[string, readonly Finding[], readonly Finding[], readonly string[]]>([
    ["is nothing for the same", [finding("A", "x")], [finding("A", "x")], []],
    ["has what is new", [], [finding("A", "x")], ["+A x"]],
    ["tells the packages apart", [finding("A", "x")], [finding("A", "x"), finding("A", "y")], ["+A y"]],
    [
      "passes over a version that has the same vulnerability still",
      [finding("A", "x")],
      [finding("A", "x", { version: "2" })],
      [],
    ],
    [
      "has a fix that came out",
      [finding("A", "x")],
      [finding("A", "x", { state: "fixed", fixedVersion: "2" })],
      ["~A high/affected/null high/fixed/2"],
    ],
    [
      "has a severity that was corrected",
      [finding("A", "x")],
      [finding("A", "x", { severity: "low" })],
      ["~A high/affected/null low/affected/null"],
    ],
    ["does not count what is suppressed as new", [], [finding("A", "x", { suppressed })], []],
    [
      "says that a statement suppresses it",
      [finding("A", "x")],
      [finding("A", "x", { suppressed })],
      ["-A x suppressed"],
    ],
    ["has what is suppressed no longer as new", [finding("A", "x", { suppressed })], [finding("A", "x")], ["+A x"]],
    [
      "counts several versions of a package once",
      [],
      [finding("A", "x"), finding("A", "x", { version: "2" })],
      ["+A x"],
    ],
    ["says that the package is gone", [finding("A", "x")], [], ["-A x package-removed"]],
  ])("%s", (_, before, after, expected) => {
    expect(between(before, after)).toEqual(expected);
  });

  it("tells another version of the package from other data", () => {
    const package1 = finding("A", "x").package;
    expect(between([finding("A", "x")], [], [package1])).toEqual(["-A x data-changed"]);
    expect(between([finding("A", "x")], [], [{ ...package1, version: "2" }])).toEqual(["-A x version-changed"]);
  });

  it("says that a statement suppresses what a filter leaves out", () => {
    const hidden = finding("A", "x", { suppressed });
    const { removed } = findingDifference(watchedFindings([finding("A", "x")]), {
      findings: [],
      unfiltered: [hidden],
      packages: [hidden.package],
    });
    expect(removed.map(({ cause }) => cause)).toEqual(["suppressed"]);
  });

  it("leads from any list to any other", () => {
    const list = fc.array(
      fc.record({ id: fc.constantFrom("A", "B", "C"), name: fc.constantFrom("x", "y"), hidden: fc.boolean() }),
    );
    const findings = (items: readonly { id: string; name: string; hidden: boolean }[]) =>
      items.map(({ id, name, hidden }) => finding(id, name, hidden ? { suppressed } : {}));
    const keys = (all: readonly { id: string; package: { name: string } }[]) =>
      new Set(all.map((one) => `${one.id} ${one.package.name}`));
    fc.assert(
      fc.property(list, list, (left, right) => {
        const [before, after] = [findings(left), findings(right)];
        const state = { findings: after, unfiltered: after, packages: after.map((one) => one.package) };
        const { added, removed } = findingDifference(watchedFindings(before), state);
        const gone = keys(removed);
        const kept = [...keys(watchedFindings(before))].filter((key) => !gone.has(key));
        const reached = new Set([...kept, ...keys(added)]);
        expect(reached).toEqual(keys(watchedFindings(after)));
        expect(isSame(findingDifference(watchedFindings(after), state))).toBe(true);
      }),
    );
  });
});
