import { describe, expect, it } from "vitest";
import type { ChangelogEntry } from "../../../src/vuln/archive/changelog.ts";
import { historyOf } from "../../../src/vuln/archive/history.ts";

const cve = "CVE-2026-0001";

const entry = (version: string, more: Partial<ChangelogEntry> = {}): ChangelogEntry => ({
  ...{ source: "expat", version, cves: [], completed: [], reverted: [] },
  ...more,
});

/** What the entries, newest first, tell an installed version: `fixed in` and `mended in`. */
function told(installed: string, ...entries: readonly ChangelogEntry[]): readonly string[] {
  const { fixes, mended } = historyOf(entries, { name: "expat", version: installed });
  return [
    ...fixes.map((one) => `${one.vulnerability} fixed in ${one.version}`),
    ...mended.map((one) => `${one.vulnerability} mended in ${one.version}`),
  ];
}

describe("a changelog tells the installed version", () => {
  const fix = { cves: [cve] };
  it.each<readonly [string, string, readonly ChangelogEntry[], readonly string[]]>([
    ["what a newer one mends", "2-1", [entry("3-1", fix), entry("2-1")], [`${cve} fixed in 3-1`]],
    ["what it has mended", "3-1", [entry("4-1"), entry("3-1", fix), entry("2-1")], [`${cve} mended in 3-1`]],
    ["nothing of another source", "2-1", [entry("3-1", { ...fix, source: "other" }), entry("2-1")], []],
    ["the oldest entry that mends it", "1-1", [entry("3-1", fix), entry("2-1", fix)], [`${cve} fixed in 2-1`]],
    ["what is mended and named again", "2-1", [entry("3-1", fix), entry("2-1", fix)], [`${cve} mended in 2-1`]],
    [
      "that its fix is incomplete",
      "2-1",
      [entry("3-1", { ...fix, completed: [cve] }), entry("2-1", fix)],
      [`${cve} fixed in 3-1`],
    ],
    [
      "that it has the complete fix",
      "3-1",
      [entry("3-1", { ...fix, completed: [cve] }), entry("2-1", fix)],
      [`${cve} mended in 3-1`],
    ],
    ["nothing of a fix that was taken back", "3-1", [entry("3-1", { reverted: [cve] }), entry("2-1", fix)], []],
    [
      "of a fix that a newer one takes back that it has it",
      "2-1",
      [entry("3-1", { reverted: [cve] }), entry("2-1", fix)],
      [`${cve} mended in 2-1`],
    ],
    [
      "by place, not by version, what it has of sid's entries",
      "2.9-1~deb12u1",
      [entry("2.9-1~deb12u2"), entry("2.9-1~deb12u1"), entry("2.9-1", fix)],
      [`${cve} mended in 2.9-1`],
    ],
    [
      "by place what stands above sid's entry",
      "2.9-1",
      [entry("2.9-1~deb12u2", fix), entry("2.9-1")],
      [`${cve} fixed in 2.9-1~deb12u2`],
    ],
    [
      "the version that the release makes of sid's entry",
      "2.8-1",
      [entry("2.9-1~deb12u1"), entry("2.9-1", fix), entry("2.8-1")],
      [`${cve} fixed in 2.9-1~deb12u1`],
    ],
    [
      "by version where it has no entry",
      "2.5-1",
      [entry("3-1", fix), entry("2-1", { cves: ["CVE-2026-0002"] })],
      [`${cve} fixed in 3-1`, "CVE-2026-0002 mended in 2-1"],
    ],
  ])("%s", (_, installed, entries, expected) => {
    expect(told(installed, ...entries)).toEqual(expected);
  });
});
