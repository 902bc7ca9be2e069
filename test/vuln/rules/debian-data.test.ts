import { describe, expect, it } from "vitest";
import type { SbomPackage } from "../../../src/sbom/model.ts";
import { match } from "../../../src/vuln/match.ts";
import type { PolicyName } from "../../../src/vuln/policy.ts";
import { announcement, brief, deb, type Feeds, indexOf, lines, osvDebian, sbom } from "../examples.ts";

const cve = "CVE-2026-0001";
const today = "2026-11-23";

async function found(feeds: Feeds, one: SbomPackage, policy: PolicyName = "all") {
  return match(sbom([one]), { index: await indexOf(feeds), policy, today });
}

/** The tracker's word on bash by codename, and on another package, so that it covers Debian 12. */
const tracker = (releases: Readonly<Record<string, unknown>>): Feeds => ({
  "tracker.json": {
    bash: { [cve]: { releases } },
    dash: { "CVE-2020-0001": { releases: { bookworm: { status: "resolved", fixed_version: "0" } } } },
  },
});

describe("3a, what the data says of a release", () => {
  const bash = deb("bash", "5.2-1");
  const list = (text: string): Feeds => ({
    list: `[02 Feb 2026] DSA-9-1 bash - security update\n\t{${cve}}\n\t${text}\n`,
  });
  const line = (rest: string) => [`bash ${cve} ${rest}`];

  it.each<readonly [string, Feeds, readonly string[]]>([
    [
      "status open: every version is affected",
      tracker({ bookworm: { status: "open" } }),
      line("affected - unspecified debian-open"),
    ],
    [
      "status resolved: affected before the fix",
      tracker({ bookworm: { status: "resolved", fixed_version: "5.2-2" } }),
      line("fixed 5.2-2 unspecified debian-fixed"),
    ],
    [
      "status resolved: not affected from the fix on",
      tracker({ bookworm: { status: "resolved", fixed_version: "5.2-1" } }),
      [],
    ],
    ["status undetermined: skipped", tracker({ bookworm: { status: "undetermined" } }), []],
    ["status not-affected: skipped", tracker({ bookworm: { status: "not-affected" } }), []],
    [
      "an announcement that names a fix",
      list("[bookworm] - bash 5.2-2"),
      line("fixed 5.2-2 unspecified debian-advisory"),
    ],
    ["an announcement that says not affected: skipped", list("[bookworm] - bash <not-affected>"), []],
    [
      "an announcement that says end of life",
      list("[bookworm] - bash <end-of-life>"),
      line("end-of-life/end-of-life - unspecified debian-advisory-open"),
    ],
    [
      "fix not yet released: newer than the release has, by the tracker's repositories",
      tracker({ bookworm: { status: "resolved", fixed_version: "5.2-9", repositories: { bookworm: "5.2-8" } } }),
      line("affected 5.2-9 unspecified debian-fix-not-released"),
    ],
    [
      "fix not yet released: any pocket has it",
      tracker({
        bookworm: {
          ...{ status: "resolved", fixed_version: "5.2-9" },
          repositories: { bookworm: "5.2-1", "bookworm-security": "5.2-9" },
        },
      }),
      line("fixed 5.2-9 unspecified debian-fixed"),
    ],
    [
      "no release line: older than sid's fix",
      tracker({ sid: { status: "resolved", fixed_version: "5.3-1" } }),
      line("affected 5.3-1 unspecified debian-inherited-from-sid"),
    ],
    ["no release line: not older than sid's fix", tracker({ sid: { status: "resolved", fixed_version: "5.2-1" } }), []],
    ["no release line: open in sid says nothing of the release", tracker({ sid: { status: "open" } }), []],
    [
      "no release line: an entry of the release goes before sid's",
      tracker({ bookworm: { status: "undetermined" }, sid: { status: "resolved", fixed_version: "5.3-1" } }),
      [],
    ],
  ])("%s", async (_, feeds, expected) => {
    expect(brief((await found(feeds, bash)).findings)).toEqual(expected);
  });

  it("fix not yet released: newer than the archive has, by its Packages", async () => {
    const index = await indexOf({ "osv.ndjson": lines(osvDebian(cve, { bash: "5.2-9" })) });
    const archive = {
      ...{ release: "12", asOf: "2026-05-30T08:00:00Z", fixes: [], mended: [], unread: [] },
      newest: new Map([["bash", "5.2-8"]]),
    };
    const { findings } = match(sbom([bash]), { index, archive, policy: "all", today });
    expect(brief(findings)).toEqual(line("affected 5.2-9 unspecified debian-fix-not-released"));
  });

  it("an announcement for another source package says nothing", async () => {
    const feeds = { "rows.json": [announcement("DSA-1-1", "2026-02-01", "dash 9", cve)] };
    expect((await found(feeds, bash)).findings).toEqual([]);
  });
});

describe("3a, packages of third parties", () => {
  const open = { "osv.ndjson": lines(osvDebian(cve, { bash: null })) };

  it.each([
    ...[
      "Docker <support@docker.com>",
      "NodeSource <gpg-rpm@nodesource.com>",
      "NGINX Packaging <nginx-packaging@f5.com>",
    ],
    ...[
      "nginx packaging <nginx-packaging@nginx.com>",
      "HashiCorp <hello@hashicorp.com>",
      "GitHub <opensource@github.com>",
    ],
    ...[
      "Microsoft <winlinux@microsoft.com>",
      "Google LLC <linux-packages@google.com>",
      "Chrome Linux Team <x@google.com>",
    ],
    ...["MongoDB Packaging <packaging@mongodb.com>", "MySQL Release Engineering <mysql-build@oss.oracle.com>"],
    ...["MariaDB Developers <x@mariadb.org>", "Elastic <info@elastic.co>", "Grafana Labs <contact@grafana.com>"],
    ...["Datadog Packages <package@datadoghq.com>", "GitLab, Inc. <support@gitlab.com>", "NVIDIA <x@nvidia.com>"],
    ...["Redis Inc. <redis@redis.io>", "Yarn Developers <yarn@dan.cx>", "Amazon Web Services, Inc. <x@amazon.com>"],
    ...["Oracle <x@oracle.com>", "someone <x@yarnpkg.com>"],
  ])("third-party debs: those of %s are not matched, and listed", async (supplier) => {
    const { findings, notMatched } = await found(open, deb("bash", "1", { supplier }));
    expect(findings).toEqual([]);
    expect(notMatched).toMatchObject([{ package: { name: "bash" }, reason: expect.stringContaining(supplier) }]);
  });

  it.each([
    ["PostgreSQL's archive", "17.2-1.pgdg120+1"],
    ["NodeSource's numbers", "24.0.0-1nodesource1"],
    ["nginx's numbers", "1.29.0-1~bookworm"],
    ["Docker's numbers", "5:27.4.1-1~debian.12~bookworm"],
  ])("third-party debs: by the version of %s", async (_, version) => {
    const { findings, notMatched } = await found(open, deb("bash", version));
    expect([findings.length, notMatched.length]).toEqual([0, 1]);
  });

  it.each([
    ["Debian MySQL Maintainers <pkg-mysql-maint@lists.alioth.debian.org>", "1-1"],
    ["Docker Compose Team <team+docker-compose@tracker.debian.org>", "1-1"],
    ["Jane Doe <jane@google.com>", "1-1"],
    ["GNU Libc Maintainers <debian-glibc@lists.debian.org>", "2.41-12~bpo12+1"],
    ["Debian <x@debian.org>", "1.0-1+deb12u1"],
  ])("third-party debs: not those of %s in %s", async (supplier, version) => {
    expect((await found(open, deb("bash", version, { supplier }))).findings).toHaveLength(1);
  });

  it("third-party debs: those of a derivative, by their package URL", async () => {
    const { notMatched } = await found(open, deb("bash", "1", { purl: "pkg:deb/ubuntu/bash@1" }));
    expect(notMatched).toMatchObject([{ reason: "it is a package of ubuntu, not of Debian" }]);
  });
});

describe("3a, kernel headers", () => {
  const headers = deb("linux-libc-dev", "6.1-1", { source: { name: "linux", version: "6.1-1" } });

  it.each([
    ["all", 1],
    ["scout", 1],
    ["grype", 0],
    ["trivy", 1],
  ] as const)("kernel headers: policy %s counts %i", async (policy, count) => {
    const feeds = { "osv.ndjson": lines(osvDebian(cve, { linux: null })) };
    const { findings, effects } = await found(feeds, headers, policy);
    expect(findings).toHaveLength(count);
    if (policy === "grype") {
      expect(effects.find(({ rule }) => rule === "kernel-headers-ignored")?.findings).toBe(1);
    }
  });
});
