import { execFileSync } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { performance } from "node:perf_hooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SbomPackage } from "../../src/sbom/model.ts";
import { type ImportReport, importAdvisories } from "../../src/vuln/import.ts";
import { type AdvisoryIndex, openAdvisoryIndex } from "../../src/vuln/index/read.ts";
import { match } from "../../src/vuln/match.ts";
import { has } from "../support/program.ts";
import { deb, npm, sbom } from "./examples.ts";
import { naiveMatch, naiveText } from "./naive-match.ts";
import { naiveOthers } from "./naive-others.ts";
import { sharedData, sharedLines } from "./shared-data.ts";

/** A small Debian 12 and 13 as conventional images have them: some packages behind, some patched. */
const bookworm: readonly SbomPackage[] = [
  deb("bash", "5.2.15-2+b7", { source: { name: "bash", version: "5.2.15-2" } }),
  deb("libc6", "2.36-9+deb12u9", { source: { name: "glibc", version: "2.36-9+deb12u9" } }),
  deb("libssl3", "3.0.15-1~deb12u1", { source: { name: "openssl", version: "3.0.15-1~deb12u1" } }),
  deb("libgnutls30", "3.7.9-2+deb12u3", { source: { name: "gnutls28", version: "3.7.9-2+deb12u3" } }),
  deb("perl-base", "5.36.0-7+deb12u1", { source: { name: "perl", version: "5.36.0-7+deb12u1" } }),
  deb("zlib1g", "1:1.2.13.dfsg-1", { source: { name: "zlib", version: "1:1.2.13.dfsg-1" } }),
  deb("gcc", "4:12.2.0-3", { source: { name: "gcc-defaults", version: "1.203" } }),
  ...["apt@2.6.1", "coreutils@9.1-1", "dpkg@1.21.22", "tar@1.34+dfsg-1.2+deb12u1", "util-linux@2.38.1-5+deb12u1"].map(
    at,
  ),
  ...["openssh@1:9.2p1-2+deb12u3", "curl@7.88.1-10+deb12u8", "git@1:2.39.5-0+deb12u1", "python3.11@3.11.2-6"].map(at),
  ...["nodejs@18.19.0+dfsg-6~deb12u2", "expat@2.5.0-1", "systemd@252.33-1~deb12u1", "tiff@4.5.0-6+deb12u2"].map(at),
  npm("minimist", "1.2.5"),
  npm("lodash", "4.17.20"),
  npm("tar", "6.2.0"),
  npm("semver", "7.5.1"),
  npm("semver", "7.7.0"),
  npm("ip", "2.0.0"),
  npm("braces", "3.0.2"),
  of("generic", "node", "20.5.0"),
  of("generic", "node", "24.0.1"),
  ...["Django@4.2.1", "jinja2@3.1.2", "urllib3@1.26.14", "requests@2.30.0", "setuptools@65.5.0", "Pillow@9.5.0"].map(
    pypi,
  ),
  ...["golang.org/x/net@v0.7.0", "golang.org/x/crypto@v0.6.0", "stdlib@1.20.1", "google.golang.org/grpc@v1.53.0"].map(
    go,
  ),
];

const trixie: readonly SbomPackage[] = [
  ...[
    "bash@5.2.37-2",
    "glibc@2.41-12",
    "openssl@3.5.1-1",
    "perl@5.40.1-6",
    "zlib@1:1.3.dfsg+really1.3.1-1",
    "curl@8.14.1-2",
  ].map(at),
  ...[
    "gnutls28@3.8.9-3",
    "tar@1.35+dfsg-3.1",
    "util-linux@2.41-5",
    "systemd@257.7-1",
    "nodejs@20.19.2+dfsg-1",
    "expat@2.7.1-2",
  ].map(at),
];

function of(type: string, name: string, version: string): SbomPackage {
  return { ...npm(name, version), type, purl: `pkg:${type}/${name}@${version}` };
}

function pypi(text: string): SbomPackage {
  const [name = "", version = ""] = text.split("@");
  return of("pypi", name, version);
}

function go(text: string): SbomPackage {
  const [name = "", version = ""] = text.split("@");
  return of("golang", name, version);
}

function at(text: string): SbomPackage {
  const [name = "", version = ""] = text.split("@");
  return deb(name, version);
}

const images = [
  ["bookworm", "12", bookworm],
  ["trixie", "13", trixie],
] as const;

describe.skipIf(sharedData === null)("the shared advisory data (skipped where it is absent)", () => {
  let folder = "";
  let report: ImportReport;
  let index: AdvisoryIndex;
  let seconds = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "hardpan-shared-"));
    const started = performance.now();
    report = await importAdvisories([sharedData ?? ""], join(folder, "index.sqlite"), {
      now: new Date("2026-11-23T00:00:00Z"),
    });
    seconds = (performance.now() - started) / 1000;
    index = openAdvisoryIndex(report.index);
  });

  afterAll(async () => {
    index.close();
    await rm(folder, { recursive: true });
  });

  it("is imported within a minute into at most 250 MB", async () => {
    expect(seconds).toBeLessThan(60);
    expect((await stat(report.index)).size).toBeLessThan(250e6);
  });

  it("has every file read but the one that is about them", () => {
    const skipped = report.files.flatMap((file) =>
      file.outcome === "skipped" ? [[basename(file.file), file.reason]] : [],
    );
    expect(skipped).toEqual([["README.md", "not advisory data"]]);
  });

  it("is a source for each publisher, as old as its newest record or what its file is called", () => {
    expect(report.sources).toEqual([
      { source: "alpine-secdb", asOf: "2025-01-04", records: 85_310, knowsUnfixed: false },
      { source: "cisa-kev", asOf: "2026-08-07", records: 1_662, knowsUnfixed: false },
      { source: "debian-advisories", asOf: "2026-08-21", records: 11_401, knowsUnfixed: false },
      { source: "dhi-debian-triage", asOf: "2025-10-30", records: 4_479, knowsUnfixed: false },
      { source: "first-epss", asOf: "2026-08-16", records: 360_142, knowsUnfixed: false },
      { source: "nodejs-core", asOf: "2026-04-08", records: 171, knowsUnfixed: false },
      { source: "openssl", asOf: "2026-06-09", records: 272, knowsUnfixed: true },
      { source: "osv-debian", asOf: "2025-02-12", records: 44_181, knowsUnfixed: true },
      { source: "osv-go", asOf: "2026-08-21", records: 4_274, knowsUnfixed: true },
      { source: "osv-npm", asOf: "2025-02-15", records: 3_793, knowsUnfixed: true },
      { source: "osv-pypi", asOf: "2025-02-15", records: 6_663, knowsUnfixed: true },
      { source: "psf", asOf: "2024-09-07", records: 132, knowsUnfixed: false },
    ]);
  });

  it("says which records were read and tell less than others", () => {
    const notes = report.files.flatMap((file) => (file.outcome === "imported" ? file.notes : []));
    expect(notes.map((note) => note.replace(/^.*\//, "")).sort()).toEqual([
      "132 records name commits and no versions",
      "3287 of them speak of certain images, not of Debian's decisions, and are not used",
      "9 of them concern other systems than Linux only and were left out",
      "statements.json is of no known format",
    ]);
  });

  it("answers for packages of every kind", () => {
    const fixed = (ecosystem: string, name: string, id: string) =>
      index
        .affected(ecosystem, name)
        .filter((row) => row.vulnerability === id)
        .flatMap((row) => row.ranges.flatMap((range) => range.events))
        .flatMap((event) => (event.kind === "fixed" ? [event.version] : []));
    expect(fixed("apk:3.20", "xz", "CVE-2024-3094")).toEqual(["5.6.1-r2"]);
    expect(fixed("generic", "node", "CVE-2025-23166")).toEqual(["20.19.2", "22.15.1", "23.11.1", "24.0.2"]);
    expect(fixed("generic", "openssl", "CVE-2024-0727")).toEqual(["3.2.1", "3.1.5", "3.0.13", "1.1.1x", "1.0.2zj"]);
    expect(fixed("golang", "github.com/gin-gonic/gin", "GO-2020-0001")).toEqual(["1.6.0"]);
    expect(index.affected("golang", "stdlib").length).toBeGreaterThan(100);
    expect(fixed("pypi", "paramiko", "GHSA-232r-66cg-79px")).toContain("2.4.1");
    expect(index.vulnerability("CVE-2021-44228").exploited).toMatchObject({ ransomware: true });
    expect(index.vulnerability("CVE-1999-1593").probability).toMatchObject({ score: 0.18126, percentile: 0.96946 });
    expect(index.debian("gnupg2", "12").find((row) => row.kind === "triage")).toMatchObject({ triage: "no-dsa" });
    expect(index.vulnerability("CVE-2023-40217").advisories.map((row) => row.record)).toContain("PSF-2023-8");
  });

  it("has a score for every CVSS 4.0 vector", () => {
    const vectors = sharedLines("osv-npm").flatMap(
      (line) => line.match(/"GHSA-[0-9a-z-]{14}"/)?.[0].slice(1, -1) ?? [],
    );
    const scores = vectors.flatMap((id) => index.vulnerability(id).advisories).flatMap((row) => row.cvss);
    const version4 = scores.filter((one) => one.type === "CVSS_V4");
    expect(version4.length).toBeGreaterThan(100);
    expect(version4.filter((one) => one.score === null)).toEqual([]);
  });

  it.each(images)("gives what a naive reading of the records gives: %s", (codename, versionId, packages) => {
    const image = sbom(packages, { distribution: { id: "debian", versionId, codename, prettyName: null } });
    const found = match(image, { index, policy: "all", today: "2026-11-23" }).findings;
    const ours = found.map(naiveText).sort();
    expect(ours.length).toBeGreaterThan(20);
    expect(ours).toEqual([...naiveMatch(packages, codename)].sort());
  });

  it("gives what a naive reading of the records gives: Alpine 3.20", () => {
    const packages = ["openssl@3.3.0-r0", "curl@8.7.1-r0", "xz@5.6.1-r1", "git@2.45.0-r0", "sqlite@3.45.3-r0"].map(
      (text) => {
        const [name = "", version = ""] = text.split("@");
        const source = { name, version };
        return { ...of("apk", `lib${name}`, version), source };
      },
    );
    const distribution = { id: "alpine", versionId: "3.20.3", codename: null, prettyName: null };
    const found = match(sbom(packages, { distribution }), { index, policy: "all", today: "2026-11-23" }).findings;
    const naive = packages.flatMap((one) => naiveOthers(one, "3.20").map((text) => `${one.purl} ${text}`));
    expect(naive.length).toBeGreaterThan(5);
    expect(found.map(naiveText).sort()).toEqual(naive.sort());
  });

  it.each(images)("explains every finding with a record that is in the data: %s", (codename, versionId, packages) => {
    const image = sbom(packages, { distribution: { id: "debian", versionId, codename, prettyName: null } });
    const { findings, counts } = match(image, { index, policy: "all", today: "2026-11-23" });
    for (const one of findings) expect(one.records.length, one.id).toBeGreaterThan(0);
    expect(counts.fixable + (counts.unfixed ?? Number.NaN)).toBe(counts.total);
  });

  it.skipIf(!has("dpkg-query"))("is matched quickly against this machine's packages (needs dpkg-query)", () => {
    const format = ["Package", "Version", "source:Package", "source:Version"].map((field) => `\${${field}}`).join("\t");
    const rows = execFileSync("dpkg-query", ["-W", "-f", `${format}\\n`], { encoding: "utf8" })
      .trim()
      .split("\n");
    const packages = rows.slice(0, 250).map((row) => {
      const [name = "", version = "", source = "", sourceVersion = ""] = row.split("\t");
      return deb(name, version, { source: { name: source, version: sourceVersion } });
    });
    const image = sbom(packages);
    // Processor time: the clock on the wall also counts what else this machine does.
    const times = [1, 2, 3, 4, 5].map(() => {
      const before = process.cpuUsage();
      const again = openAdvisoryIndex(report.index);
      match(image, { index: again, policy: "all", today: "2026-11-23" });
      again.close();
      return process.cpuUsage(before).user / 1000;
    });
    expect(Math.min(...times)).toBeLessThan(100);
  });
});
