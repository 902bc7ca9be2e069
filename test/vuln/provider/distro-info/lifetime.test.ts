import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { importFeeds, indexOf } from "../../examples.ts";

const list = `version,codename,series,created,release,eol,eol-lts,eol-elts
5.0,Lenny,lenny,2007-04-08,2009-02-14,2012-02-06
12,Bookworm,bookworm,2021-08-14,2023-06-10,2026-07-11,2028-06-30,2033-06-30
14,Forky,forky,2025-08-09
,Sid,sid,1993-08-16
`;

describe("the lifetimes of Debian's releases", () => {
  it("say how long the security team and the long-term team support each", async () => {
    const index = await indexOf({ "debian.csv": list });
    expect(index.lifetime("12")).toEqual({ release: "12", origin: 1, eol: "2026-07-11", lts: "2028-06-30" });
    expect(index.lifetime("5.0")).toEqual({ release: "5.0", origin: 1, eol: "2012-02-06", lts: null });
    expect(index.lifetime("14")).toBe(null);
    expect(index.lifetime("sid")).toBe(null);
    expect(index.origins).toMatchObject([{ source: "distro-info", records: 4 }]);
  });

  it("are not those of Ubuntu's releases", async () => {
    const ubuntu = "version,codename,series,created,release,eol,eol-server,eol-esm\n24.04 LTS,Noble,noble,2023-10-26,2024-04-25,2029-05-31,,\n"; // biome-ignore format: one line
    const { files } = await importFeeds({ "a.csv": ubuntu, "b.csv": list });
    expect(files.map((file) => file.outcome)).toEqual(["skipped", "imported"]);
  });

  it("are refused with a date that is none, naming the line", async () => {
    await expect(importFeeds({ "debian.csv": `${list}15,Duke,duke,2027-08-01,,soon\n` })).rejects.toThrow(
      /debian\.csv line 6: not a release with dates: 15,Duke/,
    );
  });

  const real = "/usr/share/distro-info/debian.csv";
  it.skipIf(!existsSync(real))("are read from this machine's list (needs distro-info-data)", async () => {
    const index = await indexOf({ "debian.csv": readFileSync(real) });
    expect(index.lifetime("12")).toMatchObject({ eol: expect.stringMatching(/^2026-/), lts: "2028-06-30" });
    expect(index.lifetime("7")).toMatchObject({ eol: "2016-04-25" });
  });
});
