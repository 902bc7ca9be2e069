import { describe, expect, it } from "vitest";
import { importFeeds, indexOf } from "../../examples.ts";

const release = (more: Readonly<Record<string, unknown>>) => ({
  bookworm: { repositories: { bookworm: "1.0-1" }, ...more },
});

const tracker = (more: Readonly<Record<string, unknown>>) => ({
  bash: { "CVE-2026-0001": { description: "a flaw", scope: "local", releases: release(more) } },
});

describe("the security tracker's JSON", () => {
  it.each([
    ["open", { status: "open", urgency: "not yet assigned" }, { state: "open", triage: null }],
    [
      "open, minor",
      { status: "open", urgency: "low", nodsa: "Minor issue", nodsa_reason: "" },
      { state: "open", triage: "no-dsa" },
    ],
    [
      "ignored",
      { status: "open", nodsa: "Too intrusive", nodsa_reason: "ignored" },
      { state: "open", triage: "ignored" },
    ],
    [
      "postponed",
      { status: "open", nodsa: "Later", nodsa_reason: "postponed" },
      { state: "open", triage: "postponed" },
    ],
    ["end-of-life", { status: "open", urgency: "end-of-life" }, { state: "open", triage: "end-of-life" }],
    ["resolved", { status: "resolved", fixed_version: "1.0-1+deb12u1" }, { state: "resolved", fixed: "1.0-1+deb12u1" }],
    ["never affected", { status: "resolved", fixed_version: "0" }, { state: "not-affected", fixed: null }],
    ["undetermined", { status: "undetermined" }, { state: "undetermined" }],
    ["a status of the future", { status: "unheard-of" }, { state: "undetermined" }],
  ])("says %s", async (_, said, row) => {
    const index = await indexOf({ "tracker.json": tracker(said) });
    expect(index.debian("bash", "12")).toMatchObject([{ kind: "base", released: "1.0-1", ...row }]);
  });

  it("names the newest version of a release by Debian's order, with the description", async () => {
    const repositories = { bookworm: "1.0-9", "bookworm-security": "1.0-10", "bookworm-updates": "1.0-2" };
    const index = await indexOf({ "tracker.json": tracker({ status: "open", repositories }) });
    expect(index.debian("bash", "12")).toMatchObject([{ released: "1.0-10" }]);
    expect(index.vulnerability("CVE-2026-0001").advisories).toMatchObject([{ summary: "a flaw" }]);
  });

  it("has no date of its own: the file's time stands for it, as a guess", async () => {
    const index = await indexOf({ "tracker.json": tracker({ status: "open" }) });
    expect(index.origins).toMatchObject([
      { source: "debian-security-tracker", dated: false, records: 1, knowsUnfixed: true },
    ]);
  });

  it("is refused by source package and line when a state has no status", async () => {
    const text = `{\n"bash": {"CVE-2026-0001": {"releases": {"sid": {"status": "open"}}}},\n"dash": {"CVE-1": {"releases": {"sid": 7}}}\n}`;
    await expect(importFeeds({ "t.json": `${text.slice(0, -1)},${" ".repeat(2 ** 20)}"e": {"CVE-1": {"releases": 8}}\n}` })).rejects.toThrow(/t\.json line 1: not a known format/); // biome-ignore format: one line
    const late = `{"bash": {},${"\n".repeat(2 ** 20)}"dash": {"CVE-1": {"releases": {"sid": 7}}}}`;
    await expect(importFeeds({ "t.json": late })).rejects.toThrow(
      /t\.json line \d+: source package dash: CVE-1\.releases\.sid/,
    );
  });
});
