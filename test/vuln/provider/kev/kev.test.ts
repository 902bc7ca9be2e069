import { describe, expect, it } from "vitest";
import { importFeeds, indexOf } from "../../examples.ts";

const entry = {
  cveID: "CVE-2026-0001",
  vendorProject: "x",
  dateAdded: "2026-01-07",
  dueDate: "2026-01-28",
  knownRansomwareCampaignUse: "Known",
};

const catalogue = (...vulnerabilities: readonly unknown[]) => ({
  title: "CISA Catalog of Known Exploited Vulnerabilities",
  catalogVersion: "2026.03.07",
  dateReleased: "2026-03-07T16:45:47.0648Z",
  count: vulnerabilities.length,
  vulnerabilities,
});

describe("CISA's catalogue of known exploited vulnerabilities", () => {
  it("says since when, until when to act, and whether ransomware uses it", async () => {
    const other = { ...entry, cveID: "CVE-2026-0002", dueDate: "", knownRansomwareCampaignUse: "Unknown" };
    const index = await indexOf({ "kev.json": catalogue(entry, other) });
    const common = { origin: 1, added: "2026-01-07" };
    expect(index.vulnerability("CVE-2026-0001").exploited).toEqual({ ...common, vulnerability: "CVE-2026-0001", due: "2026-01-28", ransomware: true }); // biome-ignore format: one line
    expect(index.vulnerability("CVE-2026-0002").exploited).toEqual({ ...common, vulnerability: "CVE-2026-0002", due: null, ransomware: false }); // biome-ignore format: one line
    expect(index.vulnerability("CVE-2026-0003").exploited).toBe(null);
  });

  it("is as old as it says itself", async () => {
    const { sources, files } = await importFeeds({ "kev.json": catalogue(entry) });
    expect(sources).toEqual([{ source: "cisa-kev", asOf: "2026-03-07", records: 1, knowsUnfixed: false }]);
    expect(files).toMatchObject([{ format: "KEV", records: 1 }]);
  });

  it("is refused with an entry of another shape", async () => {
    const reading = importFeeds({ "kev.json": catalogue(entry, { ...entry, dateAdded: "soon" }) });
    await expect(reading).rejects.toThrow(/kev\.json line 1: not the catalogue: vulnerabilities\.1\.dateAdded/);
  });
});
