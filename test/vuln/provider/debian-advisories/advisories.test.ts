import { describe, expect, it } from "vitest";
import { announcement, importFeeds, indexOf } from "../../examples.ts";

const list = `[12 Feb 2025] DSA-5865-1 webkit2gtk - security update
	{CVE-2025-24143 CVE-2025-24150}
	[bookworm] - webkit2gtk 2.46.6-1~deb12u1
	[bullseye] - webkit2gtk <end-of-life> (no longer supported)
	NOTE: a note
[01 Jan 2025] DSA-5844-1 guix - security update
	[bookworm] - guix 1.4.0-3+deb12u1
[30 Jul 2002] DSA-137 mm - insecure temporary files
	{CVE-2002-0658}
	[woody] - mm 1.1.3-6.1
	[sarge] - mm <not-affected> (not present)
[02 Jan 2025] DLA-4000-2 bind9 - regression update
	[bookworm] - bind9 1:9.18.28-1~deb12u2
`;

describe("the tracker's DSA and DLA lists", () => {
  it("give one row for each release and CVE", async () => {
    const index = await indexOf({ list });
    expect(index.debian("webkit2gtk", "12")).toMatchObject([
      {
        vulnerability: "CVE-2025-24143",
        record: "DSA-5865-1",
        fixed: "2.46.6-1~deb12u1",
        date: "2025-02-12",
        kind: "advisory",
      },
      { vulnerability: "CVE-2025-24150", state: "resolved" },
    ]);
    expect(index.debian("webkit2gtk", "11")).toMatchObject([{ state: "open", triage: "end-of-life" }, {}]);
    expect(index.debian("mm", "3.0")).toMatchObject([{ vulnerability: "CVE-2002-0658", record: "DSA-137" }]);
  });

  it("leave out what is not affected and updates that mend no vulnerability", async () => {
    const index = await indexOf({ list });
    expect([...index.debian("mm", "3.1"), ...index.debian("bind9", "12")]).toEqual([]);
  });

  it("let a security update without CVE stand for itself", async () => {
    const index = await indexOf({ list });
    expect(index.debian("guix", "12")).toMatchObject([{ vulnerability: "DSA-5844-1" }]);
  });

  it("are dated by their newest announcement and know no unfixed issues", async () => {
    const { sources } = await importFeeds({ list });
    expect(sources).toEqual([{ source: "debian-advisories", asOf: "2025-02-12", records: 4, knowsUnfixed: false }]);
  });

  it.each([
    ["an unknown headline", "[12 Feb] DSA-1", 14],
    ["an unknown detail", "\tsomething else", 14],
    ["a fix without version", "\t[bookworm] - guix", 14],
  ])("are refused with %s, naming the line", async (_, text, line) => {
    await expect(importFeeds({ list: `${list}${text}\n` })).rejects.toThrow(new RegExp(`list line ${line}: not`));
  });
});

describe("the DSA/DLA array", () => {
  it("gives one row for each CVE, also of the releases that follow in pkg", async () => {
    const pkg = "aide 0.18.3-1+deb12u4 \t[trixie] - aide 0.19.1-2+deb13u1";
    const index = await indexOf({
      "rows.json": [announcement("DSA-5977-1", "2025-08-14", pkg, "CVE-2025-54389", "CVE-2025-54409")],
    });
    expect(index.debian("aide", "12").map((row) => row.fixed)).toEqual(["0.18.3-1+deb12u4", "0.18.3-1+deb12u4"]);
    expect(index.debian("aide", "13")).toMatchObject([{ fixed: "0.19.1-2+deb13u1", date: "2025-08-14" }, {}]);
  });

  it("takes the package of each line, not the announcement's source", async () => {
    const pkg = "yelp 42.2-1+deb12u1 \t[bookworm] - yelp-xsl 42.1-2+deb12u1";
    const index = await indexOf({ "rows.json": [announcement("DSA-5927-1", "2025-05-28", pkg, "CVE-2025-3155")] });
    expect(index.debian("yelp-xsl", "12")).toMatchObject([{ fixed: "42.1-2+deb12u1" }]);
  });

  it("is refused by line when a row is incomplete", async () => {
    const rows = [announcement("DSA-1-1", "2025-08-14", "a 1", "CVE-2025-0001"), { id: "DSA-2-1" }];
    await expect(importFeeds({ "rows.json": JSON.stringify(rows, null, 1) })).rejects.toThrow(
      /rows\.json line 11: not an announcement/,
    );
    const odd = [announcement("DSA-1-1", "2025-08-14", "just-a-name", "CVE-2025-0001")];
    await expect(importFeeds({ "rows.json": odd })).rejects.toThrow(/DSA-1-1: pkg is not "source version"/);
  });
});
