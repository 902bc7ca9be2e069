import { describe, expect, it } from "vitest";
import { importFeeds, indexOf } from "../../examples.ts";

const advisory = {
  cve: ["CVE-2026-0001"],
  vulnerable: "20.x || 22.x",
  patched: "^20.1.2 || ^22.3.4",
  severity: "medium",
  overview: "Something\nis  leaked.\n\n",
  affectedEnvironments: ["all"],
};

describe("the advisories of Node.js", () => {
  it("are of the runtime node, one for each CVE", async () => {
    const index = await indexOf({ "index.json": { 7: { ...advisory, cve: ["CVE-2026-0001", "CVE-2026-0002"] } } });
    const row = {
      record: "node-core 7",
      severity: "MEDIUM",
      ranges: [
        {
          events: [
            { kind: "introduced", version: "20.0.0" },
            { kind: "fixed", version: "20.1.2" },
            { kind: "introduced", version: "22.0.0" },
            { kind: "fixed", version: "22.3.4" },
          ],
          bound: null,
        },
      ],
      versions: [],
    };
    expect(index.affected("generic", "node")).toMatchObject([
      { ...row, vulnerability: "CVE-2026-0001" },
      { ...row, vulnerability: "CVE-2026-0002" },
    ]);
    expect(index.vulnerability("CVE-2026-0002").advisories).toMatchObject([
      { summary: "Something is leaked.", aliases: [] },
    ]);
    expect(index.origins).toMatchObject([{ source: "nodejs-core", dated: false, knowsUnfixed: false }]);
  });

  it("without a CVE stand for themselves, and without a word have no severity", async () => {
    const index = await indexOf({
      "i.json": { 2: { ...advisory, cve: [], severity: "unknown", description: "Short" } },
    });
    expect(index.affected("generic", "node")).toMatchObject([{ vulnerability: "NSWG-CORE-2", severity: null }]);
    expect(index.vulnerability("NSWG-CORE-2").advisories).toMatchObject([{ summary: "Short" }]);
  });

  it("without a patched release know what has no fix", async () => {
    const { patched: _, ...open } = advisory;
    const index = await indexOf({ "i.json": { 2: { ...open, vulnerable: ">=24" } } });
    expect(index.affected("generic", "node")).toMatchObject([
      { ranges: [{ events: [{ kind: "introduced", version: "24.0.0" }] }] },
    ]);
    expect(index.origins).toMatchObject([{ knowsUnfixed: true }]);
  });

  it("that do not concern Linux are counted and left out", async () => {
    const { files, sources } = await importFeeds({
      "i.json": {
        1: { ...advisory, affectedEnvironments: ["win32"] },
        2: { ...advisory, affectedEnvironments: ["win32", "linux"] },
        3: { ...advisory, affectedEnvironments: null },
      },
    });
    expect(files).toMatchObject([
      { records: 3, notes: ["1 of them concern other systems than Linux only and were left out"] },
    ]);
    expect(sources).toMatchObject([{ records: 3 }]);
  });

  it.each([
    ["a range that is none", { ...advisory, vulnerable: "some versions" }, /not a range of versions: some versions/],
    ["a patched range that is none", { ...advisory, patched: "8.y" }, /not a range of versions: .*8\.y/],
    ["an advisory without versions", { cve: [] }, /2: not an advisory of Node\.js/],
  ])("are refused with %s, naming file and line", async (_, wrong, message) => {
    const reading = importFeeds({ "i.json": `{"1":${JSON.stringify(advisory)},\n"2":${JSON.stringify(wrong)}}` });
    await expect(reading).rejects.toThrow(expect.objectContaining({ code: "VULN_FORMAT_INVALID" }));
    await expect(reading).rejects.toThrow(/i\.json line [12]: /);
    await expect(reading).rejects.toThrow(message);
  });
});
