import { describe, expect, it } from "vitest";
import { makeDeb } from "../../../support/deb.ts";
import { importFeeds, indexOf } from "../../examples.ts";

const ended = `# List of packages whose security support ends before the distribution EOL
#
# 1. source package name

lxd             5.0.2-5+deb12u6         2026-06-12      Security fixes are too complex; see  #1138294
php-horde.*\t0\t\t\t2025-03-22\t
`;

const limited = `# List of packages where security support is limited

binutils        Only suitable for trusted content
golang.*        See the release notes
adns
`;

const all = `# List of packages whose security support is limited or ends before the distribution EOL

# 1. source package name
# 2. non-supported if security support ends completely, limited if it doesn't

golang.*                    limited  See the release notes
lxd                         non-supported   5.0.2-5+deb12u6\t2026-06-12  Too complex
rust.*                      limited
rust-sequoia-sqv            supported  fully supported. See: #1106154
`;

describe("Debian's lists of security support", () => {
  it("say it all of one release, in the form they have since 2025", async () => {
    const index = await indexOf({ "security-support.deb13": all });
    const common = { release: "13", origin: 1, version: null, date: null, note: null };
    expect(index.support("13")).toEqual([
      { ...common, package: "golang.*", state: "limited", note: "See the release notes" },
      {
        ...common,
        package: "lxd",
        state: "ended",
        version: "5.0.2-5+deb12u6",
        date: "2026-06-12",
        note: "Too complex",
      },
      { ...common, package: "rust-sequoia-sqv", state: "supported", note: "fully supported. See: #1106154" },
      { ...common, package: "rust.*", state: "limited" },
    ]);
    expect(index.support("12")).toEqual([]);
  });

  it.each(["xen non-supported 4.1", "xen perhaps", "xen"])("refuse the line %j of that form", async (line) => {
    await expect(importFeeds({ "e.deb12": `${all}${line}\n` })).rejects.toThrow(
      new RegExp(`e\\.deb12 line 10: not "package non-supported version date, package limited .*": ${line}`),
    );
  });

  it("say which packages lost it in a release, with the last version that had it", async () => {
    const index = await indexOf({ "security-support-ended.deb12": ended });
    const common = { release: "12", origin: 1, state: "ended" };
    expect(index.support("12")).toEqual([
      { ...common, package: "lxd", version: "5.0.2-5+deb12u6", date: "2026-06-12", note: "Security fixes are too complex; see #1138294" }, // biome-ignore format: one line
      { ...common, package: "php-horde.*", version: "0", date: "2025-03-22", note: null },
    ]);
    expect(index.support("13")).toEqual([]);
    expect(index.origins).toMatchObject([{ source: "debian-security-support", records: 2, knowsUnfixed: false }]);
  });

  it("say where it is limited, in all releases where the name says none", async () => {
    const index = await indexOf({ "security-support-limited": limited });
    for (const release of ["12", "13", "14"]) {
      expect(index.support(release)).toMatchObject([
        { release, package: "adns", note: null },
        { release, package: "binutils", state: "limited", version: null, date: null, note: "Only suitable for trusted content" }, // biome-ignore format: one line
        { release, package: "golang.*" },
      ]);
    }
    const named = await indexOf({ "security-support-limited.deb11": limited });
    expect([named.support("11").length, named.support("12").length]).toEqual([3, 0]);
  });

  it("are read from Debian's package as it is", async () => {
    const folder = "usr/share/debian-security-support";
    const deb = makeDeb({
      control: "Package: debian-security-support\nVersion: 1\nArchitecture: all\n",
      files: {
        [`${folder}/security-support-ended`]: { symlink: "security-support-ended.deb12" },
        [`${folder}/security-support-ended.deb11`]: ended.replace("lxd ", "xen "),
        [`${folder}/security-support-ended.deb12`]: ended,
        [`${folder}/security-support-limited`]: limited,
        "usr/bin/check-support-status": "#!/bin/sh\n",
      },
    });
    const index = await indexOf({ "debian-security-support.deb": deb });
    const names = (release: string) => index.support(release).map((row) => row.package);
    expect(names("11")).toEqual(["php-horde.*", "xen"]);
    expect(names("12")).toEqual(["adns", "binutils", "golang.*", "lxd", "php-horde.*"]);
    expect(names("13")).toEqual(["adns", "binutils", "golang.*"]);
  });

  it("of which nobody can tell the release are not used", async () => {
    const { files } = await importFeeds({ "a-list": ended, "b-list.deb12": ended });
    expect(files[0]).toMatchObject({
      outcome: "skipped",
      reason: expect.stringMatching(/the name of .*a-list does not end in the release it is for, such as \.deb12$/),
    });
  });

  it("may be empty", async () => {
    const empty = ended.split("\n").slice(0, 4).join("\n");
    const { files } = await importFeeds({ "e.deb11": empty });
    expect(files).toMatchObject([{ outcome: "imported", records: 0 }]);
  });

  it("are refused with a line without a date, naming it", async () => {
    await expect(importFeeds({ "e.deb12": `${ended}xen 4.1\n` })).rejects.toThrow(
      /e\.deb12 line 7: not "package version date": xen 4\.1/,
    );
  });
});
