import { describe, expect, it } from "vitest";
import type { Distribution, SbomPackage } from "../../../src/sbom/model.ts";
import { match } from "../../../src/vuln/match.ts";
import { program } from "../../facts/layers.ts";
import { packageNamed, scanLayers } from "../../scan/tree.ts";
import { elfProgram } from "../../support/elf-program.ts";
import { nodeHeader } from "../../support/runtime-texts.ts";
import { brief, deb, type Feeds, indexOf, lines, npm, osvDebian, osvNpm, sbom } from "../examples.ts";

const cve = "CVE-2026-0001";
const range = [{ introduced: "0" }, { fixed: "2.0.0" }];

async function found(feeds: Feeds, packages: readonly SbomPackage[], distribution: Distribution | null = null) {
  const image = sbom(packages, { distribution });
  return match(image, { index: await indexOf(feeds), policy: "all", today: "2026-11-23" });
}

/** A package of an ecosystem. */
function of(type: string, name: string, version: string): SbomPackage {
  return { ...npm(name, version), type, purl: `pkg:${type}/${name}@${version}` };
}

/** An OSV record on a package of an ecosystem. */
const record = (ecosystem: string, name: string, events: readonly object[], more: object = {}) => ({
  ...osvNpm("X-1", name, [], { affected: [{ package: { ecosystem, name }, ranges: [{ type: "ECOSYSTEM", events }] }] }),
  ...more,
});

/** Id, aliases and fix of each finding. */
async function named(records: readonly object[], packages: readonly SbomPackage[]) {
  const { findings } = await found({ "a.ndjson": lines(...records) }, packages);
  return findings.map((one) => [one.package.name, one.id, one.aliases.join(" "), one.fixedVersion]);
}

describe("3d, aliases", () => {
  const left = npm("left", "1.0.0");
  const ghsa = (id: string, aliases: readonly string[], events: Parameters<typeof osvNpm>[2] = range, name = "left") =>
    osvNpm(id, name, events, { aliases });

  it.each<readonly [string, readonly object[], readonly SbomPackage[], readonly (readonly (string | null)[])[]]>([
    [
      "canonical: the CVE where there is exactly one",
      [ghsa("GHSA-1", [cve])],
      [left],
      [["left", cve, "GHSA-1", "2.0.0"]],
    ],
    [
      "canonical: GitHub's id where there is none",
      [ghsa("GHSA-1", ["PYSEC-1"])],
      [left],
      [["left", "GHSA-1", "PYSEC-1", "2.0.0"]],
    ],
    [
      "canonical: GitHub's id where there are two",
      [ghsa("GHSA-1", [cve, "CVE-2026-0002"])],
      [left],
      [["left", "GHSA-1", `${cve} CVE-2026-0002`, "2.0.0"]],
    ],
    [
      "canonical: the record's own id where there is nothing else",
      [ghsa("MAL-1", [])],
      [left],
      [["left", "MAL-1", "", "2.0.0"]],
    ],
    [
      "closure: records that name each other, also through a third, are one",
      [ghsa("GHSA-1", ["GO-1"]), ghsa("X-9", [cve]), ghsa("GO-1", [cve])],
      [left],
      [["left", cve, "GHSA-1 GO-1 X-9", "2.0.0"]],
    ],
    [
      "closure: for each package by itself",
      [ghsa("GHSA-1", [cve]), ghsa("GHSA-2", [cve], range, "right")],
      [left, npm("right", "1.0.0")],
      [
        ["left", cve, "GHSA-1", "2.0.0"],
        ["right", cve, "GHSA-2", "2.0.0"],
      ],
    ],
    [
      "union of fixes: one record names none",
      [ghsa("GHSA-1", [cve], [{ introduced: "0" }]), ghsa("X-2", [cve])],
      [left],
      [["left", cve, "GHSA-1 X-2", "2.0.0"]],
    ],
    [
      "union of fixes: the later mends all",
      [ghsa("GHSA-1", [cve]), ghsa("X-2", [cve], [{ introduced: "0" }, { fixed: "2.10.0" }])],
      [left],
      [["left", cve, "GHSA-1 X-2", "2.10.0"]],
    ],
    [
      "two records of GitHub that share a CVE are one in one package",
      [ghsa("GHSA-1", [cve]), ghsa("GHSA-2", [cve])],
      [left],
      [["left", cve, "GHSA-1 GHSA-2", "2.0.0"]],
    ],
    [
      "related is no alias",
      [{ ...ghsa("GHSA-1", []), related: [cve] }, ghsa("X-2", [cve])],
      [left],
      [
        ["left", cve, "X-2", "2.0.0"],
        ["left", "GHSA-1", "", "2.0.0"],
      ],
    ],
    [
      "a withdrawn record says nothing",
      [{ ...ghsa("GHSA-1", [cve]), withdrawn: "2026-01-20T00:00:00Z" }, ghsa("X-2", [], range, "right")],
      [left],
      [],
    ],
  ])("%s", async (_, records, packages, expected) => {
    expect(await named(records, packages)).toEqual(expected);
  });

  it("DEBIAN-CVE: is the CVE", async () => {
    const { findings } = await found(
      { "o.ndjson": lines(osvDebian(`DEBIAN-${cve}`, { bash: "2" }, { upstream: [cve] })) },
      [deb("bash", "1")],
      { id: "debian", codename: "bookworm", versionId: "12", prettyName: null },
    );
    expect(findings.map(({ id, records }) => [id, records[0]?.id])).toEqual([[cve, `DEBIAN-${cve}`]]);
  });
});

describe("3d, versions", () => {
  const two = [{ introduced: "1.0.0" }, { fixed: "1.2.0" }, { introduced: "2.0.0" }, { fixed: "2.1.0" }];
  const golang = (version: string, name = "golang.org/x/net") => of("golang", name, version);

  it.each<readonly [string, string, readonly object[], SbomPackage, string | null]>([
    ["npm: before the first event", "npm", two, npm("left", "0.9.0"), null],
    ["npm: inside the first range", "npm", two, npm("left", "1.1.9"), "1.2.0"],
    ["npm: between the ranges", "npm", two, npm("left", "1.9.0"), null],
    ["npm: events in any order", "npm", two.toReversed(), npm("left", "2.0.5"), "2.1.0"],
    [
      "npm: up to the last affected",
      "npm",
      [{ introduced: "0" }, { last_affected: "1.5.0" }],
      npm("left", "1.5.0"),
      "-",
    ],
    [
      "npm: after the last affected",
      "npm",
      [{ introduced: "0" }, { last_affected: "1.5.0" }],
      npm("left", "1.5.1"),
      null,
    ],
    ["npm: a prerelease of the fix is affected", "npm", range, npm("left", "2.0.0-rc.1"), "2.0.0"],
    ["npm: a prerelease within the range is affected", "npm", two, npm("left", "1.1.0-beta.2"), "1.2.0"],
    ["npm: a prerelease of the beginning is not", "npm", two, npm("left", "1.0.0-rc.1"), null],
    ["npm: build metadata does not count", "npm", range, npm("left", "2.0.0+build.7"), null],
    ["PyPI: names by PEP 503", "PyPI", range, of("pypi", "Foo.Bar__baz-x", "1.0"), "2.0.0"],
    [
      "PyPI: an epoch decides",
      "PyPI",
      [{ introduced: "0" }, { fixed: "1!1.0" }],
      of("pypi", "foo-bar-baz-x", "9.0"),
      "1!1.0",
    ],
    ["PyPI: a post-release is after", "PyPI", range, of("pypi", "foo-bar-baz-x", "2.0.0.post1"), null],
    ["PyPI: a development release is before", "PyPI", range, of("pypi", "foo-bar-baz-x", "2.0.0.dev1"), "2.0.0"],
    ["PyPI: a release candidate is before", "PyPI", range, of("pypi", "foo-bar-baz-x", "2.0.0rc1"), "2.0.0"],
    ["PyPI: a local version is what it is made from", "PyPI", range, of("pypi", "foo-bar-baz-x", "2.0.0+cpu"), null],
    ["PyPI: a local version of an affected one", "PyPI", range, of("pypi", "foo-bar-baz-x", "1.9+cpu"), "2.0.0"],
    ["PyPI: missing numbers are zeros", "PyPI", range, of("pypi", "foo-bar-baz-x", "2"), null],
    ["Go: v does not count", "Go", [{ introduced: "0" }, { fixed: "0.17.0" }], golang("v0.16.9"), "0.17.0"],
    ["Go: v does not count at the fix", "Go", [{ introduced: "0" }, { fixed: "0.17.0" }], golang("v0.17.0"), null],
    [
      "Go: a pseudo-version is before the version it names",
      "Go",
      [{ introduced: "0" }, { fixed: "0.17.0" }],
      golang("v0.17.0-0.20260101000000-abcdefabcdef"),
      "0.17.0",
    ],
    [
      "Go: a pseudo-version without a tag",
      "Go",
      [{ introduced: "0" }, { fixed: "0.0.0-20260201000000-abcdefabcdef" }],
      golang("v0.0.0-20260101000000-abcdefabcdef"),
      "0.0.0-20260201000000-abcdefabcdef",
    ],
    ["Go: +incompatible does not count", "Go", range, golang("v2.0.0+incompatible"), null],
    ["Go: +incompatible of an affected one", "Go", range, golang("v1.9.0+incompatible"), "2.0.0"],
    [
      "Go: the standard library by Go's version",
      "Go",
      [{ introduced: "0" }, { fixed: "1.22.3" }],
      golang("go1.22.2", "stdlib"),
      "1.22.3",
    ],
    [
      "Go: a candidate of Go is before",
      "Go",
      [{ introduced: "0" }, { fixed: "1.22.0" }],
      golang("go1.22rc1", "stdlib"),
      "1.22.0",
    ],
    [
      "Go: a Go made by others is what it is made from",
      "Go",
      [{ introduced: "0" }, { fixed: "1.22.3" }],
      golang("go1.22.3-vendor", "stdlib"),
      null,
    ],
    ["crates: as npm", "crates.io", range, of("cargo", "left", "1.9.9"), "2.0.0"],
    ["Maven: group and name", "Maven", range, of("maven", "org.example/left", "2.0.0-SNAPSHOT"), "2.0.0"],
    ["RubyGems: a prerelease is before", "RubyGems", range, of("gem", "left", "2.0.0.rc1"), "2.0.0"],
    ["Packagist: whatever the case of the name", "Packagist", range, of("composer", "Acme/Left", "1.9"), "2.0.0"],
    ["NuGet: whatever the case of the name", "NuGet", range, of("nuget", "Acme.Left", "1.9"), "2.0.0"],
  ])("%s", async (_, ecosystem, events, one, fixed) => {
    const names: Readonly<Record<string, string>> = {
      ...{ PyPI: "foo_bar-BAZ.x", Maven: "org.example:left", Packagist: "acme/left", NuGet: "acme.LEFT" },
    };
    const name = names[ecosystem] ?? one.name;
    const { findings } = await found({ "a.ndjson": lines(record(ecosystem, name, events)) }, [one]);
    expect(findings.map((each) => each.fixedVersion ?? "-")).toEqual(fixed === null ? [] : [fixed]);
    expect(findings.map(({ rule }) => rule)).toEqual(fixed === null ? [] : ["ecosystem-range"]);
  });

  it.each([
    [
      "Go: a main module built from a working copy",
      golang("(devel)", "example.org/app"),
      /a build from a working copy/,
    ],
    ["a package whose version is not known", of("golang", "golang.org/x/net", ""), /its version is not known/],
    ["a runtime whose version is not known", of("generic", "node", ""), /its version is not known/],
  ])("%s is not matched, and listed", async (_, one, reason) => {
    const feeds = { "a.ndjson": lines(record("Go", one.name, [{ introduced: "0" }])) };
    const { findings, notMatched } = await found(feeds, [one]);
    expect(findings).toEqual([]);
    expect(notMatched).toMatchObject([{ reason: expect.stringMatching(reason) }]);
  });

  it("a kind of packages that no data speaks of is listed, and its unfixed ones are unknown", async () => {
    const feeds = { "a.ndjson": lines(record("npm", "left", range)) };
    const result = await found(feeds, [of("gem", "left", "1.0.0")]);
    expect(result.notMatched).toMatchObject([{ reason: "no imported data speaks of packages of the type gem" }]);
    expect(result.counts.unfixed).toBeNull();
  });
});

describe("3d, Alpine", () => {
  const alpine: Distribution = { id: "alpine", versionId: "3.20.3", codename: null, prettyName: null };
  const busybox = (version: string, source = { name: "busybox", version }): SbomPackage => ({
    ...of("apk", "ssl_client", version),
    source,
    purl: `pkg:apk/alpine/ssl_client@${version}`,
  });
  const feeds = (fixed: string, release = "v3.20") => ({
    "a.ndjson": lines(osvDebian(cve, { busybox: fixed }, { ecosystem: `Alpine:${release}` })),
  });

  const secdb = (fixed: string) => ({
    "main.json": {
      ...{
        apkurl: "{{urlprefix}}/x.apk",
        archs: ["x86_64"],
        reponame: "main",
        urlprefix: "https://example.org/alpine",
      },
      ...{ distroversion: "v3.20", packages: [{ pkg: { name: "busybox", secfixes: { [fixed]: [cve] } } }] },
    },
  });

  it.each([
    ["origin: the source package is asked for", "1.36.1-r29", "1.36.1-r28", true],
    ["apk order: the same revision", "1.36.1-r29", "1.36.1-r29", false],
    ["apk order: revisions are numbers", "1.36.1-r10", "1.36.1-r9", true],
    ["apk order: no revision is before r0", "1.36.1-r0", "1.36.1", true],
    ["apk order: a candidate is before", "1.36.1-r0", "1.36.1_rc1-r5", true],
    ["apk order: alpha, beta, pre, rc", "1.36.1_beta1-r0", "1.36.1_alpha9-r0", true],
    ["apk order: a patch is after", "1.36.1-r9", "1.36.1_p1-r0", false],
    ["apk order: a git snapshot is after", "1.36.1-r9", "1.36.1_git20260101-r0", false],
    ["apk order: a letter is after", "1.36.1-r9", "1.36.1a-r0", false],
    ["apk order: numbers, not text", "1.36.10-r0", "1.36.9-r0", true],
    ["0: not affected", "0", "1.36.1-r0", false],
  ])("%s: fixed in %s, installed %s, by OSV and by Alpine's own data", async (_, fixed, installed, affected) => {
    for (const feed of [feeds(fixed), secdb(fixed)]) {
      const { findings } = await found(feed, [busybox(installed)], alpine);
      expect(brief(findings)).toEqual(affected ? [`ssl_client ${cve} fixed ${fixed} unspecified alpine-origin`] : []);
    }
  });

  it("release: another one's data says nothing", async () => {
    const { findings, notMatched } = await found(feeds("1.36.1-r29", "v3.19"), [busybox("1.36.1-r0")], alpine);
    expect(findings).toEqual([]);
    expect(notMatched).toMatchObject([{ reason: "no imported data speaks of Alpine 3.20" }]);
  });

  it.each([
    ["3.21.0_alpha20260101", "edge"],
    ["3.20.3", "v3.20"],
  ])("release: %s is %s", async (versionId, release) => {
    const { findings } = await found(feeds("1.36.1-r29", release), [busybox("1.36.1-r0")], { ...alpine, versionId });
    expect(findings).toHaveLength(1);
  });

  it("fixes only: the number of unfixed ones is unknown, never 0", async () => {
    const { counts } = await found(feeds("1.36.1-r29"), [busybox("1.36.1-r0")], alpine);
    expect(counts).toMatchObject({ total: 1, fixable: 1, unfixed: null, noDsa: null });
    const elsewhere = { ...feeds("1.36.1-r29"), "d.ndjson": lines(osvDebian(cve, { bash: null })) };
    expect((await found(elsewhere, [busybox("1.36.1-r0")], alpine)).counts.unfixed).toBeNull();
  });

  it.each([
    ["no release", { ...alpine, versionId: null }, /which release of Alpine/],
    ["another distribution", { ...alpine, id: "wolfi" }, /a package of wolfi, not of Alpine/],
    ["no distribution", null, /which release of Alpine/],
  ])("release: an image that names %s", async (_, distribution, reason) => {
    const { findings, notMatched } = await found(feeds("1.36.1-r29"), [busybox("1.36.1-r0")], distribution);
    expect(findings).toEqual([]);
    expect(notMatched).toMatchObject([{ reason: expect.stringMatching(reason) }]);
  });
});

describe("3d, runtimes outside packages", () => {
  const advisory = { cve: [cve], vulnerable: "24.x", patched: "^24.1.2", severity: "high", overview: "A leak." };
  const feeds = { "node.json": { 7: { ...advisory, affectedEnvironments: ["all"] } } };
  const node = program(elfProgram({ loaded: [{ content: Buffer.alloc(5 * 2 ** 20) }] }));

  it.each([
    ["24.1.1", [`node ${cve} fixed 24.1.2 high runtime-range`]],
    ["24.1.2", []],
    ["22.0.0", []],
  ])("runtime: a Node.js %s in /usr/local, by the header beside it", async (version, expected) => {
    const { sbom: image } = await scanLayers([
      { "usr/local/bin/node": node, "usr/local/include/node/node_version.h": nodeHeader(version) },
    ]);
    expect(packageNamed(image, "node")).toMatchObject({ type: "generic", version, owner: null });
    const result = match(image, { index: await indexOf(feeds), policy: "all", today: "2026-11-23" });
    expect(brief(result.findings)).toEqual(expected);
  });

  it("runtime: by its project's records alone, not by those of a package of that name", async () => {
    const npmFeeds = { "a.ndjson": lines(record("npm", "node", range)) };
    const { findings, notMatched } = await found(npmFeeds, [of("generic", "node", "1.0.0")]);
    expect(findings).toEqual([]);
    expect(notMatched).toMatchObject([{ reason: expect.stringMatching(/runtimes that no package owns/) }]);
  });

  it("runtime: policy trivy does not scan it", async () => {
    const image = sbom([of("generic", "node", "24.1.1")], { distribution: null });
    const { findings, effects } = match(image, { index: await indexOf(feeds), policy: "trivy", today: "2026-11-23" });
    expect(findings).toEqual([]);
    expect(effects.find(({ rule }) => rule === "runtimes-not-scanned")?.findings).toBe(1);
  });
});
