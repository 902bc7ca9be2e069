import { describe, expect, it } from "vitest";
import { parseSupportList, supportByPackage, supportListRelease } from "../../src/debian/security-support.ts";

const all = `# List of packages whose security support is limited or ends before the distribution EOL

golang.*          limited  See the release notes
lxd               non-supported   5.0.2-5\t2026-06-12  Too complex
rust.*            limited
rust-sequoia-sqv  supported  See #1106154
`;

describe("a list of security support", () => {
  it("is read in the form of one release, with what each line says", () => {
    const plain = { version: null, date: null, note: null };
    expect(parseSupportList(all)).toEqual([
      { ...plain, package: "golang.*", state: "limited", note: "See the release notes" },
      { package: "lxd", state: "ended", version: "5.0.2-5", date: "2026-06-12", note: "Too complex" },
      { ...plain, package: "rust.*", state: "limited" },
      { ...plain, package: "rust-sequoia-sqv", state: "supported", note: "See #1106154" },
    ]);
  });

  it.each([
    ["# List of packages where security support is limited\nadns\n", [{ package: "adns", state: "limited" }]],
    [
      "# List of packages whose security support ends before the distribution EOL\nxen 4.1 2021-08-28\n",
      [{ package: "xen", state: "ended", version: "4.1", date: "2021-08-28" }],
    ],
  ])("is read in the forms of before: %s", (text, lines) => {
    expect(parseSupportList(text)).toMatchObject(lines);
  });

  it.each(["", "a text\n", `${all}xen perhaps\n`, `${all}xen non-supported 4.1 soon\n`])("is not %j", (text) => {
    expect(parseSupportList(text)).toBe(null);
  });

  it("is for the release at the end of its name, where there is one", () => {
    expect(supportListRelease("usr/share/debian-security-support/security-support.deb13")).toBe("13");
    expect(supportListRelease("security-support-limited")).toBe(null);
  });

  it("says of a package what its own line says, else one that has it by its beginning", () => {
    const support = supportByPackage(parseSupportList(all) ?? [], "2026-06-12");
    expect(support("lxd")).toMatchObject({ ended: { note: "Too complex" }, limited: null });
    expect(support("golang-1.24").limited?.note).toBe("See the release notes");
    expect(support("rust-sequoia-sqv")).toEqual({ ended: null, limited: null });
    expect(supportByPackage(parseSupportList(all) ?? [], "2026-06-11")("lxd").ended).toBe(null);
  });
});
