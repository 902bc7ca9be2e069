import type { PackageIdentity, Sbom, SbomPackage } from "../../../src/sbom/model.ts";
import {
  type CvesReport,
  type Finding,
  type Severity,
  severities,
  type VulnerabilityCounts,
} from "../../../src/vuln/model.ts";

/** When the reports of the tests are made. */
export const created = "2026-11-24T09:30:00Z";

/** A Debian package as a scan finds it. */
export function debPackage(name: string, version: string, more: Partial<SbomPackage> = {}): SbomPackage {
  return {
    type: "deb",
    name,
    version,
    source: { name, version },
    purl: `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=amd64&distro=debian-12`,
    licenses: ["GPL-2.0-only"],
    locations: ["var/lib/dpkg/status"],
    layer: `sha256:${"1a".repeat(32)}`,
    supplier: null,
    architecture: "amd64",
    comments: [],
    owner: null,
    fromBase: true,
    dependsOn: [],
    ...more,
  };
}

/** An npm package as a scan finds it. */
export function npmPackage(name: string, version: string, path: string): SbomPackage {
  return debPackage(name, version, {
    type: "npm",
    source: null,
    purl: `pkg:npm/${encodeURIComponent(name)}@${encodeURIComponent(version)}`,
    locations: [path],
    architecture: null,
    fromBase: false,
  });
}

/** A finding in a package. */
export function finding(id: string, item: SbomPackage, more: Partial<Finding> = {}): Finding {
  const { type, name, version, source, purl, locations, fromBase } = item;
  return {
    id,
    aliases: [],
    package: { type, name, version, source, purl },
    severity: "medium",
    severitySource: "debian-tracker",
    state: "affected",
    triage: null,
    fixedVersion: null,
    cvss: [],
    epss: null,
    kev: null,
    summary: null,
    records: [{ source: "debian-tracker", id, asOf: "2026-11-22" }],
    rule: "debian-open",
    suppressed: null,
    statements: [],
    locations,
    fromBase,
    ...more,
  };
}

/** The counts of findings. */
export function counted(findings: readonly Finding[], { unfixedKnown = true } = {}): VulnerabilityCounts {
  const open = findings.filter(({ suppressed }) => suppressed === null);
  const of = (severity: Severity) => open.filter((item) => item.severity === severity).length;
  const [critical = 0, high = 0, medium = 0, low = 0, negligible = 0, unspecified = 0] = severities.map(of);
  const fixable = open.filter(({ state }) => state === "fixed").length;
  return {
    ...{ critical, high, medium, low, negligible, unspecified },
    total: open.length,
    fixable,
    unfixed: unfixedKnown ? open.length - fixable : null,
    noDsa: unfixedKnown ? open.filter(({ triage }) => triage === "no-dsa").length : null,
    suppressed: findings.length - open.length,
    policy: "all",
  };
}

const glibc = debPackage("libc6", "2.36-9+deb12u10", { source: { name: "glibc", version: "2.36-9+deb12u10" } });
const openssl = debPackage("libssl3", "3.0.16-1~deb12u1", { source: { name: "openssl", version: "3.0.16-1~deb12u1" } });
const perl = debPackage("perl-base", "5.36.0-7+deb12u2", { source: { name: "perl", version: "5.36.0-7+deb12u2" } });
const docker = debPackage("docker-ce", "5:27.0.1-1", { fromBase: false });
const mystery = debPackage("mystery", "1.0-1");
const glob = npmPackage("glob", "10.4.2", "usr/local/lib/node_modules/npm/node_modules/glob/package.json");
const types = npmPackage("@types/node", "24.0.0", "app/node_modules/@types/node/package.json");

/** The packages of the example. */
export const examplePackages: readonly SbomPackage[] = [docker, glibc, openssl, mystery, perl, types, glob];

const exampleFindings: readonly Finding[] = [
  finding("CVE-2026-30100", openssl, {
    aliases: ["DSA-6001-1"],
    severity: "critical",
    state: "fixed",
    fixedVersion: "3.0.17-1~deb12u3",
    rule: "debian-fixed",
    summary: "A crafted certificate lets the peer of a TLS connection write past the end of a buffer.",
    cvss: [
      { source: "nvd", version: "3.1", vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", score: 9.8 },
      { source: "cisa", version: "4.0", vector: "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H", score: null },
    ],
    epss: { score: 0.1234, percentile: 0.9512, asOf: "2026-11-23" },
    kev: { added: "2026-11-02", due: "2026-11-23", ransomware: true },
    records: [
      { source: "debian-tracker", id: "CVE-2026-30100", asOf: "2026-11-22" },
      { source: "debian-dsa", id: "DSA-6001-1", asOf: "2026-11-21" },
    ],
  }),
  finding("CVE-2026-29111", glibc, {
    severity: "high",
    state: "affected",
    fixedVersion: "2.36-9+deb12u13",
    rule: "debian-fix-not-released",
    epss: { score: 0.0004, percentile: 0.1, asOf: "2026-11-23" },
    cvss: [{ source: "nvd", version: "2.0", vector: "AV:N/AC:L/Au:N/C:P/I:P/A:P", score: 7.5 }],
  }),
  finding("GHSA-aaaa-bbbb-cccc", glob, {
    aliases: [],
    severity: "high",
    severitySource: "osv-npm",
    state: "fixed",
    fixedVersion: "10.5.0",
    rule: "ecosystem-range",
    records: [{ source: "osv-npm", id: "GHSA-aaaa-bbbb-cccc", asOf: "2026-11-20" }],
    statements: [
      {
        by: "Example Images <images@example.org>",
        status: "not_affected",
        justification: "vulnerable_code_not_in_execute_path",
        statement: "The command line of glob is not started.",
        timestamp: "2026-11-01T00:00:00Z",
        source: "usr/share/vex/example.vex.json",
        trust: "claimed, not trusted",
      },
    ],
  }),
  finding("CVE-2025-11200", glibc, { triage: "no-dsa", summary: "A long line of a locale makes a program stop." }),
  finding("CVE-2025-11201", openssl, {
    state: "deferred",
    triage: "postponed",
    statements: [
      {
        by: "Our Security Team",
        status: "under_investigation",
        justification: null,
        statement: null,
        timestamp: "2026-11-10T00:00:00Z",
        source: "vex/ours.json",
        trust: "trusted",
      },
    ],
  }),
  finding("CVE-2011-4116", perl, { severity: "low", state: "wont-fix", triage: "ignored" }),
  finding("CVE-2019-1010022", glibc, { severity: "negligible", state: "affected" }),
  finding("TEMP-0841856-B18BAF", perl, {
    severity: "unspecified",
    severitySource: null,
    state: "end-of-life",
    triage: "end-of-life",
  }),
  finding("CVE-2023-31484", perl, {
    severity: "high",
    triage: "no-dsa",
    suppressed: {
      by: "Our Security Team",
      status: "not_affected",
      justification: "vulnerable_code_not_present",
      statement: "CPAN.pm is not in perl-base.",
    },
    statements: [
      {
        by: "Our Security Team",
        status: "not_affected",
        justification: "vulnerable_code_not_present",
        statement: "CPAN.pm is not in perl-base.",
        timestamp: "2026-11-10T08:00:00+01:00",
        source: "vex/ours.json",
        trust: "trusted",
      },
    ],
  }),
  finding("CVE-2024-2511", openssl, {
    severity: "low",
    state: "fixed",
    fixedVersion: "3.0.17-1~deb12u1",
    suppressed: { by: "Our Security Team", status: "fixed", justification: null, statement: null },
    statements: [
      {
        by: "Our Security Team",
        status: "fixed",
        justification: null,
        statement: null,
        timestamp: "2026-11-10T08:00:00+01:00",
        source: "vex/ours.json",
        trust: "trusted",
      },
    ],
  }),
];

const identity = ({ type, name, version, source, purl }: PackageIdentity): PackageIdentity => {
  return { type, name, version, source, purl };
};

/** A report with a finding of every kind. */
export function exampleReport(more: Partial<CvesReport> = {}): CvesReport {
  const findings = more.findings ?? exampleFindings;
  return {
    schema: "hardpan/cves/1",
    image: {
      reference: "registry://docker.io/library/node:24-bookworm-slim",
      digest: `sha256:${"5f".repeat(32)}`,
      platform: "linux/amd64",
    },
    distribution: {
      id: "debian",
      versionId: "12",
      codename: "bookworm",
      prettyName: "Debian GNU/Linux 12 (bookworm)",
    },
    policy: "all",
    policyEffects: [],
    filters: [],
    advisories: [
      { source: "debian-tracker", asOf: "2026-11-22", records: 48_211, knowsUnfixed: true },
      { source: "osv-npm", asOf: "2026-11-24", records: 210_003, knowsUnfixed: true },
      { source: "debian-archive", asOf: "2026-10-30", records: 1, knowsUnfixed: false },
    ],
    findings,
    vulnerabilities: counted(findings),
    packages: {
      total: examplePackages.length,
      notMatched: [
        { package: identity(docker), reason: "a package of a third party, maintained by Docker" },
        { package: identity(mystery), reason: "no source of advisories knows it" },
      ],
    },
    base: {
      reference: "debian:bookworm-slim",
      digest: null,
      chainId: `sha256:${"3c".repeat(32)}`,
      layers: 1,
      namedBy: "annotation",
    },
    notes: ["2 packages are from a layer that could not be read whole."],
    ...more,
  };
}

/** A report of an image without findings, of which little is known. */
export function emptyReport(): CvesReport {
  return exampleReport({
    image: { reference: "fs:///srv/app", digest: null, platform: null },
    ...{ distribution: null, base: null, findings: [], advisories: [], notes: [] },
    vulnerabilities: counted([], { unfixedKnown: false }),
    packages: { total: 0, notMatched: [] },
  });
}

/** The example as another policy sees it, narrowed to some severities. */
export function narrowedReport(): CvesReport {
  const findings = exampleFindings.filter(({ severity }) => severity === "critical" || severity === "high");
  return exampleReport({
    findings,
    vulnerabilities: { ...counted(findings, { unfixedKnown: false }), policy: "scout" },
    policy: "scout",
    policyEffects: [
      {
        rule: "scout-hides-no-dsa",
        text: "issues that Debian calls too minor for an advisory are left out",
        findings: 7,
      },
      { rule: "scout-negligible-is-low", text: "what Debian calls unimportant counts as low", findings: 1 },
    ],
    filters: ["--only-severity critical,high"],
    base: null,
  });
}

/** Text that tries to leave its place in every form a report has. */
export const hostile =
  "\u001b[2J\u202e</script><img src=x onerror=alert(1)>|`[x](javascript:1)\r\n# @all \"'&lt; https://evil.example";

/** A report whose every text from outside is hostile. */
export function hostileReport(text: string = hostile): CvesReport {
  const item = { ...debPackage("libx", "1"), name: text, version: text, source: { name: text, version: text } };
  const one = finding(text, item, {
    aliases: [text],
    severitySource: text,
    summary: text,
    fixedVersion: text,
    state: "fixed",
    cvss: [{ source: text, version: text, vector: text, score: 5 }],
    epss: { score: 0.5, percentile: 0.5, asOf: text },
    kev: { added: text, due: text, ransomware: false },
    records: [{ source: text, id: text, asOf: text }],
    rule: text,
    locations: [text],
    statements: [
      {
        ...{ by: text, justification: text, statement: text, timestamp: text, source: text },
        status: "affected",
        trust: "claimed, not trusted",
      },
    ],
  });
  const other = finding(`${text}2`, item, {
    suppressed: { by: text, status: text, justification: text, statement: text },
  });
  const findings = [one, other];
  return exampleReport({
    image: { reference: text, digest: null, platform: text },
    distribution: { id: text, versionId: text, codename: text, prettyName: text },
    findings,
    vulnerabilities: counted(findings),
    policyEffects: [{ rule: text, text, findings: 1 }],
    filters: [text],
    advisories: [{ source: text, asOf: text, records: 1, knowsUnfixed: true }],
    packages: { total: 1, notMatched: [{ package: { ...one.package }, reason: text }] },
    base: { reference: text, digest: null, chainId: text, layers: 1, namedBy: "label" },
    notes: [text],
  });
}

/** The bill of materials that the example is of. */
export function exampleSbom(): Sbom {
  const { image, distribution, base } = exampleReport();
  return {
    ...{ image, distribution, packages: examplePackages, base },
    unowned: { files: 0, bytes: 0, paths: [] },
    removed: [],
    warnings: [],
  };
}
