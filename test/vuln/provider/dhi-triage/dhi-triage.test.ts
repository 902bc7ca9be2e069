import { describe, expect, it } from "vitest";
import { importFeeds, indexOf } from "../../examples.ts";

const statement = {
  ns: "debian",
  name: "gnupg2",
  version: "2.2.40-1.1+deb12u1",
  distro: "bookworm",
  cve: "CVE-2025-30258",
  status: "not_affected",
  justification: "vulnerable_code_cannot_be_controlled_by_adversary",
  notes: "Marked no-dsa by Debian Security Team; see https://example.org/CVE-2025-30258",
  ts: "2025-03-20T09:31:26.52Z",
};

describe("statements of Docker Hardened Images on Debian's packages", () => {
  it("repeat what Debian's team decided about a source package in a release", async () => {
    const index = await indexOf({ "s.json": [statement] });
    expect(index.debian("gnupg2", "12")).toEqual([
      {
        package: "gnupg2",
        release: "12",
        vulnerability: "CVE-2025-30258",
        origin: 1,
        record: "CVE-2025-30258",
        kind: "triage",
        state: "open",
        introduced: null,
        fixed: null,
        released: null,
        urgency: null,
        triage: "no-dsa",
        date: "2025-03-20",
        note: statement.notes,
      },
    ]);
    expect(index.covers("12")).toEqual([]);
  });

  it.each([
    ["for another reason", { notes: "Gitk is not installed in DHI; therefore this CVE can not be exploited" }],
    ["with another justification", { justification: "inline_mitigations_already_exist" }],
    ["with another status", { status: "under_investigation", justification: "" }],
    ["on a package of no release", { distro: "" }],
    ["on a package of another distribution", { ns: "alpine" }],
  ])("are counted and not used %s", async (_, change) => {
    const { files, sources, index: __ } = await importFeeds({ "s.json": [statement, { ...statement, ...change }] });
    expect(files).toMatchObject([
      { records: 2, notes: ["1 of them speak of certain images, not of Debian's decisions, and are not used"] },
    ]);
    expect(sources).toEqual([{ source: "dhi-debian-triage", asOf: "2025-03-20", records: 2, knowsUnfixed: false }]);
    const index = await indexOf({ "s.json": [{ ...statement, ...change }] });
    expect(index.debian("gnupg2", "12")).toEqual([]);
  });

  it("are refused where one is of another shape, naming file and line", async () => {
    const feed = `[\n${JSON.stringify(statement)},\n${JSON.stringify({ ...statement, ts: 7 })}]`;
    await expect(importFeeds({ "s.json": feed })).rejects.toThrow(/s\.json line \d: not a statement/);
  });
});
