import { describe, expect, it } from "vitest";
import { parseLifetimes } from "../../src/debian/lifetime.ts";

const list = `version,codename,series,created,release,eol,eol-lts,eol-elts
12,Bookworm,bookworm,2021-08-14,2023-06-10,2026-07-11,2028-06-30,2033-06-30
14,Forky,forky,2025-08-09
`;

describe("the lifetimes of Debian's releases", () => {
  it("are read by the names of their columns", () => {
    expect(parseLifetimes(list)).toEqual([
      { series: "bookworm", eol: "2026-07-11", lts: "2028-06-30" },
      { series: "forky", eol: null, lts: null },
    ]);
  });

  it.each(["", "version,codename,series,eol,eol-server\n", `${list}15,Duke,duke,2027-08-01,,soon\n`, `${list}16,X\n`])(
    "are not in %j",
    (text) => {
      expect(parseLifetimes(text)).toBe(null);
    },
  );
});
