import { describe, expect, it } from "vitest";
import type { Distribution, SbomPackage } from "../../../src/sbom/model.ts";
import { match } from "../../../src/vuln/match.ts";
import { scanLayers, statusStanza, trixie } from "../../scan/tree.ts";
import { brief, deb, type Feeds, indexOf, lines, osvDebian, sbom } from "../examples.ts";

const cve = "CVE-2026-0001";
const today = "2026-11-23";

/** What an image of Debian 13 with these files is found to have. */
async function ofFiles(files: Readonly<Record<string, string>>, feeds: Feeds) {
  const scanned = await scanLayers([{ "etc/os-release": trixie, ...files }]);
  return brief(match(scanned.sbom, { index: await indexOf(feeds), policy: "all", today }).findings);
}

async function found(feeds: Feeds, one: SbomPackage, distribution?: Distribution) {
  const image = sbom([one], distribution === undefined ? {} : { distribution });
  return match(image, { index: await indexOf(feeds), policy: "all", today });
}

/** OSV's records that these source packages of Debian 13 have a fix in these versions. */
const fixedIn = (fixed: Readonly<Record<string, string | null>>): Feeds => ({
  "osv.ndjson": lines(osvDebian(cve, fixed, { ecosystem: "Debian:13" })),
});

/** The tracker's word on bash by codename, and on another package, so that it covers Debian 12. */
const tracker = (releases: Readonly<Record<string, unknown>>): Feeds => ({
  "tracker.json": {
    bash: { [cve]: { releases } },
    dash: { "CVE-2020-0001": { releases: { bookworm: { status: "resolved", fixed_version: "0" } } } },
  },
});

describe("3a, from an image's files to its source packages", () => {
  const status = "var/lib/dpkg/status";
  const stanza = (fields: Readonly<Record<string, string>>) => statusStanza({ Version: "5.2-1", ...fields });
  const line = (name: string, fixed: string) => `${name} ${cve} fixed ${fixed} unspecified debian-fixed`;

  it.each<readonly [string, Readonly<Record<string, string>>, Feeds, readonly string[]]>([
    [
      "inventory: dpkg's status",
      { [status]: stanza({ Package: "bash" }) },
      fixedIn({ bash: "5.2-2" }),
      [line("bash", "5.2-2")],
    ],
    [
      "inventory: status.d, as distroless images have it",
      { "var/lib/dpkg/status.d/bash": stanza({ Package: "bash" }) },
      fixedIn({ bash: "5.2-2" }),
      [line("bash", "5.2-2")],
    ],
    [
      "inventory: md5sums in status.d are no packages",
      { "var/lib/dpkg/status.d/bash.md5sums": stanza({ Package: "bash" }) },
      fixedIn({ bash: "5.2-2" }),
      [],
    ],
    [
      "inventory: what was removed is not installed",
      { [status]: stanza({ Package: "bash", Status: "deinstall ok config-files" }) },
      fixedIn({ bash: "5.2-2" }),
      [],
    ],
    [
      "inventory: what is to be purged is not installed",
      { [status]: stanza({ Package: "bash", Status: "purge ok not-installed" }) },
      fixedIn({ bash: "5.2-2" }),
      [],
    ],
    [
      "source: another name, the same version",
      { [status]: stanza({ Package: "libssl3", Source: "openssl" }) },
      fixedIn({ openssl: "5.2-2", libssl3: null }),
      [line("libssl3", "5.2-2")],
    ],
    [
      "source: none is named, so that it is its own",
      { [status]: stanza({ Package: "bash" }) },
      fixedIn({ bash: "5.2-2", other: null }),
      [line("bash", "5.2-2")],
    ],
    [
      "binNMU: a rebuild of the binary is not of the source",
      { [status]: stanza({ Package: "bash", Version: "5.2-1+b13" }) },
      fixedIn({ bash: "5.2-1" }),
      [],
    ],
    [
      "binNMU: a rebuild is no fix",
      { [status]: stanza({ Package: "bash", Version: "5.2-1+b13" }) },
      fixedIn({ bash: "5.2-1+deb13u1" }),
      [line("bash", "5.2-1+deb13u1")],
    ],
    [
      "binNMU: of a package with a named source",
      { [status]: stanza({ Package: "libssl3", Source: "openssl (5.2-1)", Version: "5.2-1+b2" }) },
      fixedIn({ openssl: "5.2-1" }),
      [],
    ],
    [
      "differing source version: the one in parentheses is older than the binary's",
      { [status]: stanza({ Package: "gcc", Source: "gcc-defaults (1.203)", Version: "4:12.2.0-3" }) },
      fixedIn({ "gcc-defaults": "1.204" }),
      [line("gcc", "1.204")],
    ],
    [
      "differing source version: the one in parentheses has the fix",
      { [status]: stanza({ Package: "gcc", Source: "gcc-defaults (1.204)", Version: "1:0.1" }) },
      fixedIn({ "gcc-defaults": "1.204" }),
      [],
    ],
    [
      "every binary package of a source",
      { [status]: ["libc6", "libc-bin"].map((Package) => stanza({ Package, Source: "glibc" })).join("\n") },
      fixedIn({ glibc: "5.2-2" }),
      [line("libc-bin", "5.2-2"), line("libc6", "5.2-2")],
    ],
  ])("%s", async (_, files, feeds, expected) => {
    expect(await ofFiles(files, feeds)).toEqual(expected);
  });
});

describe("3a, dpkg's order", () => {
  it.each([
    ["the epoch decides", "2:1.0-1", "1:9.0-1", false],
    ["no epoch is epoch 0", "1.0-1", "0:1.0-1", false],
    ["an epoch in the fix alone", "9.0-1", "1:1.0-1", true],
    ["the revision begins after the last hyphen", "1.0-rc1-1", "1.0-rc1-2", true],
    ["no revision is revision 0", "1.0", "1.0-0", false],
    ["no revision is before revision 1", "1.0", "1.0-1", true],
    ["numbers, not text", "1.9-1", "1.10-1", true],
    ["leading zeros do not count", "1.010-1", "1.10-1", false],
    ["a tilde is before the end", "1.0~rc1-1", "1.0-1", true],
    ["a tilde in the revision is before the end", "1.0-1~deb13u1", "1.0-1", true],
    ["letters are before other signs", "1.0a-1", "1.0+-1", true],
    ["the end is before letters", "1.0-1", "1.0a-1", true],
    ["a security update is after what it mends", "1.0-1", "1.0-1+deb13u1", true],
    ["a security update is before the next revision", "1.0-1+deb13u1", "1.0-2", true],
    ["the same text", "1:1.0-1+deb13u1", "1:1.0-1+deb13u1", false],
  ])("compare: %s: %s against a fix in %s", async (_, installed, fixed, affected) => {
    const feeds = { "osv.ndjson": lines(osvDebian(cve, { bash: fixed })) };
    expect((await found(feeds, deb("bash", installed))).findings).toHaveLength(affected ? 1 : 0);
  });

  it("fixed_version 0: never affected", async () => {
    const feeds = tracker({ bookworm: { status: "resolved", fixed_version: "0" } });
    expect((await found(feeds, deb("bash", "0.1"))).findings).toEqual([]);
  });
});

describe("3a, the release of an image", () => {
  const named = (id: string, codename: string | null, versionId: string | null): Distribution => ({
    ...{ id, codename, versionId, prettyName: null },
  });
  const everywhere = tracker({
    bookworm: { status: "resolved", fixed_version: "12" },
    trixie: { status: "resolved", fixed_version: "13" },
    forky: { status: "resolved", fixed_version: "14" },
    sid: { status: "resolved", fixed_version: "15" },
  });

  it.each([
    ["the codename", named("debian", "trixie", null), "13"],
    ["the codename before the number", named("debian", "trixie", "12"), "13"],
    ["the number where there is no codename", named("debian", null, "12"), "12"],
    ["the major number of a point release", named("debian", null, "12.5"), "12"],
    ["an empty codename is none", named("debian", "", "12"), "12"],
    ["testing by its codename, without a number", named("debian", "forky", null), "14"],
    ["sid, without a number", named("debian", "sid", null), "15"],
  ])("release key: %s", async (_, distribution, fixed) => {
    const { findings } = await found(everywhere, deb("bash", "1"), distribution);
    expect(findings.map(({ fixedVersion }) => fixedVersion)).toEqual([fixed]);
  });

  it.each([
    ["neither codename nor number", named("debian", null, null)],
    ["another distribution", named("ubuntu", "noble", "24.04")],
  ])("release key: %s: the package is listed as not matched", async (_, distribution) => {
    const { findings, notMatched, counts } = await found(everywhere, deb("bash", "1"), distribution);
    expect(findings).toEqual([]);
    expect(notMatched).toMatchObject([{ package: { name: "bash" }, reason: expect.any(String) }]);
    expect(counts.unfixed).toBeNull();
  });
});
