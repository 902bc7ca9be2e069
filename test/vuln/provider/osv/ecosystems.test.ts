import { describe, expect, it } from "vitest";
import { importFeeds, indexOf, lines } from "../../examples.ts";

function osv(id: string, affected: readonly unknown[], more: Readonly<Record<string, unknown>> = {}) {
  return {
    schema_version: "1.7.0",
    id,
    modified: "2026-01-10T00:00:00Z",
    published: "2026-01-02T00:00:00Z",
    affected,
    ...more,
  };
}

function named(ecosystem: string, name: string, fixed: string, type = "ECOSYSTEM") {
  return { package: { ecosystem, name }, ranges: [{ type, events: [{ introduced: "0" }, { fixed }] }] };
}

const introduced = { kind: "introduced", version: "0" };

describe("OSV records of the ecosystems of languages", () => {
  it.each([
    ["PyPI", "Foo_Bar.baz", "1.2", "ECOSYSTEM", "pypi", "foo-bar-baz"],
    ["Go", "github.com/Foo/bar/v2", "2.1.0", "SEMVER", "golang", "github.com/foo/bar/v2"],
    ["crates.io", "tokio", "1.8.1", "SEMVER", "cargo", "tokio"],
    [
      "Maven",
      "org.apache.logging.log4j:log4j-core",
      "2.15.0",
      "ECOSYSTEM",
      "maven",
      "org.apache.logging.log4j:log4j-core",
    ],
    ["RubyGems", "rack", "2.2.3.1", "ECOSYSTEM", "gem", "rack"],
    ["Packagist", "Symfony/HTTP-kernel", "v4.4.50", "ECOSYSTEM", "composer", "symfony/http-kernel"],
    ["NuGet", "Newtonsoft.Json", "13.0.1", "ECOSYSTEM", "nuget", "newtonsoft.json"],
    ["npm", "@scope/Name", "1.0.0", "SEMVER", "npm", "@scope/Name"],
  ])("are found by the package's normalised name: %s %s", async (ecosystem, name, fixed, type, key, normalised) => {
    const record = osv("GHSA-aaaa-bbbb-cccc", [named(ecosystem, name, fixed, type)], {
      aliases: ["CVE-2026-0001"],
      database_specific: { severity: "HIGH", github_reviewed: true },
    });
    const index = await indexOf({ "a.json": record });
    expect(index.affected(key, normalised)).toMatchObject([
      {
        vulnerability: "GHSA-aaaa-bbbb-cccc",
        severity: "HIGH",
        ranges: [{ events: [introduced, { kind: "fixed", version: fixed }] }],
      },
    ]);
    expect(index.vulnerability("GHSA-aaaa-bbbb-cccc").advisories).toMatchObject([{ aliases: ["CVE-2026-0001"] }]);
    expect(index.origins).toMatchObject([{ source: `osv-${ecosystem.toLowerCase()}`, knowsUnfixed: true }]);
  });

  it("of Go's own library and tools are of the packages stdlib and toolchain", async () => {
    const affected = [named("Go", "stdlib", "1.16.1", "SEMVER"), named("Go", "toolchain", "1.16.2", "SEMVER")];
    const index = await indexOf({ "a.json": osv("GO-2021-0067", affected) });
    expect(index.affected("golang", "stdlib")).toMatchObject([{ ranges: [{ events: [{}, { version: "1.16.1" }] }] }]);
    expect(index.affected("golang", "toolchain")).toMatchObject([
      { ranges: [{ events: [{}, { version: "1.16.2" }] }] },
    ]);
  });

  it("give a CVSS 4.0 vector its score too", async () => {
    const vectors = [
      ["CVSS_V4", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 9.3],
      ["CVSS_V3", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8],
      ["CVSS_V4", "CVSS:4.0/AV:N", null],
    ] as const;
    const severity = vectors.map(([type, score]) => ({ type, score }));
    const index = await indexOf({ "a.json": osv("GHSA-1", [named("npm", "left", "1.0.0")], { severity }) });
    expect(index.vulnerability("GHSA-1").advisories[0]?.cvss).toEqual(
      vectors.map(([type, vector, score]) => ({ type, vector, score })),
    );
  });

  it("that say no date they were modified at have the one of their publication, which dates no source", async () => {
    const undated = { modified: "0001-01-01T00:00:00Z" };
    const never = { ...undated, published: "0001-01-01T00:00:00Z" };
    const feeds = {
      "go-2026-05-04.ndjson": lines(
        osv("GO-1", [named("Go", "a", "1.0.0", "SEMVER")], undated),
        osv("GO-2", [named("Go", "b", "1.0.0", "SEMVER")], never),
      ),
    };
    const index = await indexOf(feeds);
    expect(index.affected("golang", "a")).toMatchObject([{ modified: "2026-01-02T00:00:00Z" }]);
    expect(index.affected("golang", "b")).toMatchObject([{ modified: "" }]);
    expect((await importFeeds(feeds)).sources).toMatchObject([{ source: "osv-go", asOf: "2026-05-04" }]);
    const dated = lines(osv("GO-3", [named("Go", "a", "1.0.0", "SEMVER")]));
    const { sources } = await importFeeds({ "go-2026-05-04.ndjson": feeds["go-2026-05-04.ndjson"] + dated });
    expect(sources).toMatchObject([{ source: "osv-go", asOf: "2026-01-10", records: 3 }]);
  });

  it("that were withdrawn are left out", async () => {
    const record = osv("GO-1", [named("Go", "a", "1.0.0")], { withdrawn: "2026-01-03T00:00:00Z" });
    const index = await indexOf({ "a.json": [record, osv("GO-2", [named("Go", "a", "1.0.0")])] });
    expect(index.affected("golang", "a")).toMatchObject([{ record: "GO-2" }]);
  });

  it("that name commits only say something of the vulnerability and of no version", async () => {
    const git = {
      package: { ecosystem: "PyPI", name: "a" },
      ranges: [{ type: "GIT", repo: "x", events: [{ introduced: "0" }] }],
    };
    const index = await indexOf({ "a.json": osv("PYSEC-1", [git], { summary: "A flaw" }) });
    expect(index.affected("pypi", "a")).toEqual([]);
    expect(index.vulnerability("PYSEC-1").advisories).toMatchObject([{ summary: "A flaw" }]);
  });

  it("list one by one only versions that no range contains", async () => {
    const affected = [{ ...named("PyPI", "a", "1.0"), versions: ["0.1", "0.9", "3.0"] }];
    const index = await indexOf({ "a.json": osv("PYSEC-1", affected) });
    expect(index.affected("pypi", "a")).toMatchObject([{ versions: ["3.0"] }]);
  });
});

describe("OSV records of distributions other than Debian", () => {
  it("of Alpine are the CVE's, per release", async () => {
    const affected = [named("Alpine:v3.20", "openssl", "3.3.2-r0"), named("Alpine:v3.19", "openssl", "3.1.7-r0")];
    const index = await indexOf({ "a.json": osv("ALPINE-CVE-2026-0001", affected, { upstream: ["CVE-2026-0001"] }) });
    expect(index.affected("apk:3.20", "openssl")).toMatchObject([
      {
        vulnerability: "CVE-2026-0001",
        record: "ALPINE-CVE-2026-0001",
        ranges: [{ events: [introduced, { version: "3.3.2-r0" }] }],
      },
    ]);
    expect(index.affected("apk:3.19", "openssl")).toHaveLength(1);
    expect(index.origins).toMatchObject([{ source: "osv-alpine", knowsUnfixed: false, records: 1 }]);
  });

  it.each([
    ["DHI", "aspnetcore", "3.1.28", "dhi"],
    ["Docker Hardened Images:Debian:13", "coreutils", "9.7-3", "dhi:deb:13"],
    ["Docker Hardened Images:Debian:trixie", "coreutils", "9.7-3", "dhi:deb:13"],
    ["Docker Hardened Images:Alpine:3.24", "coreutils", "9.7-r1", "dhi:apk:3.24"],
  ])("of Docker Hardened Images are a source of their own, per release: %s", async (ecosystem, name, fixed, key) => {
    const index = await indexOf({ "a.json": osv(`DHI-CVE-2026-0001-${name}`, [named(ecosystem, name, fixed)]) });
    expect(index.affected(key, name)).toMatchObject([
      { vulnerability: "CVE-2026-0001", record: `DHI-CVE-2026-0001-${name}` },
    ]);
    expect(index.origins).toMatchObject([{ source: "osv-dhi" }]);
  });

  it.each([
    "Alpine",
    "Docker Hardened Images",
    "Docker Hardened Images:Debian",
    "Docker Hardened Images:Arch:1",
    "Rocky Linux:9",
  ])("of %s are not used", async (ecosystem) => {
    const { files } = await importFeeds({
      "a.json": osv("CVE-2026-0001", [named(ecosystem, "a", "1")]),
      "b.json": osv("CVE-2026-0001", [named("npm", "a", "1")]),
    });
    expect(files.map((file) => file.outcome)).toEqual(["skipped", "imported"]);
  });
});

describe("records of the Python Software Foundation", () => {
  const repo = "https://github.com/python/cpython";
  const git = { ranges: [{ type: "GIT", repo, events: [{ introduced: "0" }, { fixed: "b4bcc06a" }] }] };
  const psf = (affected: readonly unknown[], more: Readonly<Record<string, unknown>> = {}) =>
    osv("PSF-2026-1", affected, { aliases: ["CVE-2026-0001"], summary: "A flaw", ...more });

  it("that name commits only give the CVE a summary, and are counted", async () => {
    const index = await indexOf({ "a.json": psf([git]) });
    expect(index.affected("generic", "python")).toEqual([]);
    expect(index.vulnerability("CVE-2026-0001").advisories).toMatchObject([
      { record: "PSF-2026-1", summary: "A flaw", aliases: ["PSF-2026-1"] },
    ]);
    const { files, sources } = await importFeeds({ "a.json": [psf([git]), psf([git])] });
    expect(files).toMatchObject([{ records: 2, notes: ["2 records name commits and no versions"] }]);
    expect(sources).toMatchObject([{ source: "psf", knowsUnfixed: false }]);
  });

  it("that name versions are of the runtime python", async () => {
    const index = await indexOf({ "a.json": psf([{ ...git, versions: ["v3.12.0", "v3.12.1"] }]) });
    expect(index.affected("generic", "python")).toMatchObject([
      { vulnerability: "CVE-2026-0001", record: "PSF-2026-1", versions: ["3.12.0", "3.12.1"], ranges: [] },
    ]);
  });

  it("that name ranges of CPython's versions are too, under their own id where there is no CVE", async () => {
    const index = await indexOf({ "a.json": psf([named("PSF", "CPython", "3.12.2")], { aliases: [] }) });
    expect(index.affected("generic", "python")).toMatchObject([
      { vulnerability: "PSF-2026-1", ranges: [{ events: [introduced, { kind: "fixed", version: "3.12.2" }] }] },
    ]);
    const open = {
      package: { ecosystem: "PSF", name: "CPython" },
      ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }] }],
    };
    expect((await indexOf({ "a.json": psf([open]) })).origins).toMatchObject([{ knowsUnfixed: true }]);
  });

  it("on other projects of the foundation say nothing of the runtime", async () => {
    const index = await indexOf({ "a.json": psf([named("PyPI", "pip", "25.0")]) });
    expect(index.affected("generic", "python")).toEqual([]);
    expect(index.affected("pypi", "pip")).toEqual([]);
  });
});
