import { describe, expect, it } from "vitest";
import { catalogListText } from "../../../src/cli/catalog/list-text.ts";
import { node, variant } from "./listing.ts";

const listing = {
  schema: "hardpan/catalog-list/1" as const,
  images: [node, { ...node, name: "nginx", displayName: "nginx", description: null, variants: [variant("1-debian13", { support: null })] }], // biome-ignore format: one line
};
const text = (columns = 100, color = false) => catalogListText(listing, { columns, color });

describe("the listing for people", () => {
  it("has a line for each version of an image, with what else there is of it", () => {
    expect(text()).toBe(`  Tag          Also           Size  CVEs      End of life  Supported by

node  Node.js  [hardened]
  A runtime for services, without shell or package manager.
  24-debian13  fips dev    46.2 MB  1H 3M 7N  2028-04-30   upstream
  22-debian12            not built  unknown   2028-04-30   Debian LTS (limited)
  20-debian12            not built  unknown   unknown      nobody

nginx  [hardened]
  1-debian13             not built  unknown   2028-04-30   unknown

2 images, 6 definitions, 1 built here; vulnerabilities by advisories of 2026-11-20.
`);
  });

  it("fits the width, giving up what matters least", () => {
    for (const columns of [60, 70, 80]) {
      const lines = text(columns).split("\n");
      expect(lines.filter((line) => line.length > columns)).toEqual([]);
    }
    expect(text(70).split("\n", 1)[0]).toBe("  Tag          Also      CVEs      End of life  Supported by");
    expect(text(60).split("\n", 1)[0]).toBe("  Tag          Also      CVEs      End of life");
  });

  it("has colours where they are wanted, and no others", () => {
    expect(text(100, true)).toContain("\u001b[1mnode\u001b[22m  Node.js  \u001b[36m[hardened]\u001b[39m");
    expect(text(100, true)).toContain("\u001b[31mnobody\u001b[39m");
    expect(text()).not.toContain("\u001b");
  });

  it("says so where there is no such image", () => {
    expect(catalogListText({ ...listing, images: [] }, { columns: 80, color: false })).toBe(
      "The catalogue has no such image.\n",
    );
  });
});
