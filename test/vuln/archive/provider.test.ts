import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { ArchivePackage, PackageIndex, Release } from "../../../src/apt/model.ts";
import { openCache } from "../../../src/cache/cache.ts";
import { CodedError } from "../../../src/error.ts";
import { type ArchivePorts, collectArchiveEvidence } from "../../../src/vuln/archive/provider.ts";
import { makeDeb, type TestFiles } from "../../support/deb.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { deb, sbom } from "../examples.ts";

interface TestDeb {
  readonly name: string;
  readonly version: string;
  readonly source?: string;
  readonly files: TestFiles;
  /** Makes the package look larger than its sibling. */
  readonly size?: number;
}

/** A small archive: its index, the port that fetches from it, and what was fetched. */
function archiveOf(debs: readonly TestDeb[], codenames: readonly string[] = ["bookworm", "bookworm-security"]) {
  const fetched: string[] = [];
  const contents = new Map<string, Uint8Array>();
  const packages = debs.map((one): ArchivePackage => {
    const control = `Package: ${one.name}\nVersion: ${one.version}\nArchitecture: amd64\nMaintainer: A <a@example.org>\nDescription: x\n`;
    const bytes = makeDeb({ control, files: one.files });
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    contents.set(sha256, bytes);
    const relations = { preDepends: "", depends: "", provides: "", replaces: "", conflicts: "", breaks: "" };
    return {
      name: one.name,
      version: one.version,
      architecture: "amd64",
      source: { name: one.source ?? one.name, version: one.version },
      essential: false,
      priority: "optional",
      filename: `pool/${one.name}.deb`,
      size: one.size ?? bytes.length,
      sha256,
      ...relations,
      suite: "bookworm-security",
      pocket: "security",
      mirror: "http://127.0.0.1/debian",
    };
  });
  const releases = codenames.map((codename, i): Release => {
    const date = `2026-05-${20 + i}T00:00:00Z`;
    const rest = { pocket: "release" as const, version: null, validUntil: null, sha256: "", mirror: "", signedBy: [] };
    return { suite: codename, codename, date, automatic: true, ...rest };
  });
  const index: PackageIndex = {
    architecture: "amd64",
    releases,
    find: (name) => packages.filter((one) => one.name === name),
    names: () => packages.map(({ name }) => name),
    providers: () => [],
    ofSource: (name) => packages.filter((one) => one.source.name === name),
    withPriority: () => [],
    essential: () => [],
    close: () => undefined,
  };
  const ports: ArchivePorts = {
    async fetchPackage(one) {
      fetched.push(one.name);
      return contents.get(one.sha256) ?? new Uint8Array();
    },
  };
  return { index, ports, fetched };
}

const entry = (source: string, version: string, ...cves: readonly string[]) =>
  `${source} (${version}) bookworm-security; urgency=high\n\n  * Fix ${cves.join(", ")}\n\n -- A <a@example.org>  Mon, 01 Jun 2026 00:00:00 +0000\n\n`;

const changelog = (name: string, text: string, file = "changelog.Debian.gz"): TestFiles => ({
  [`usr/share/doc/${name}/${file}`]: gzipSync(text),
});

const log =
  entry("openssl", "3.0.3-1", "CVE-2026-0003", "CVE-2026-0002") +
  entry("openssl", "3.0.2-1", "CVE-2026-0002", "CVE-2026-0001") +
  entry("openssl", "3.0.1-1", "CVE-2026-0001");

const image = sbom([deb("libssl3", "3.0.1-1+b1", { source: { name: "openssl", version: "3.0.1-1" } })]);

describe("what the archive tells of an image", () => {
  it("is each CVE that entries after the installed version name, with the oldest such entry", async () => {
    const { index, ports } = archiveOf([{ name: "openssl", version: "3.0.3-1", files: changelog("openssl", log) }]);
    const evidence = await collectArchiveEvidence(image, index, ports);
    const common = { source: "openssl", installed: "3.0.1-1" };
    expect(evidence).toEqual({
      release: "12",
      asOf: "2026-05-21T00:00:00Z",
      newest: new Map([["openssl", "3.0.3-1"]]),
      fixes: [
        { ...common, vulnerability: "CVE-2026-0002", version: "3.0.2-1" },
        { ...common, vulnerability: "CVE-2026-0003", version: "3.0.3-1" },
      ],
      mended: [],
      unread: [],
    });
  });

  it("is nothing, and nothing is fetched, where the newest version is installed", async () => {
    const { index, ports, fetched } = archiveOf([
      { name: "openssl", version: "3.0.1-1", files: changelog("openssl", log) },
    ]);
    expect(await collectArchiveEvidence(image, index, ports)).toMatchObject({ fixes: [], unread: [] });
    expect(fetched).toEqual([]);
  });

  it("is also which doubted vulnerabilities the installed version has mended, with the oldest entry that names them", async () => {
    const { index, ports } = archiveOf([{ name: "openssl", version: "3.0.3-1", files: changelog("openssl", log) }]);
    const doubted = new Map([["openssl", new Set(["CVE-2026-0001", "CVE-2026-0003", "CVE-2026-0009"])]]);
    const later = sbom([deb("libssl3", "3.0.2-1", { source: { name: "openssl", version: "3.0.2-1" } })]);
    const { mended, fixes } = await collectArchiveEvidence(later, index, { ...ports, doubted });
    const common = { source: "openssl", installed: "3.0.2-1" };
    expect(mended).toEqual([{ ...common, vulnerability: "CVE-2026-0001", version: "3.0.1-1" }]);
    expect(fixes).toEqual([{ ...common, vulnerability: "CVE-2026-0003", version: "3.0.3-1" }]);
  });

  it("looks into doubted sources that are not behind, and no others", async () => {
    const { index, ports, fetched } = archiveOf([
      { name: "openssl", version: "3.0.1-1", files: changelog("openssl", log) },
    ]);
    const doubted = new Map([["openssl", new Set(["CVE-2026-0001"])]]);
    const { mended } = await collectArchiveEvidence(image, index, { ...ports, doubted });
    expect(mended.map((fix) => fix.vulnerability)).toEqual(["CVE-2026-0001"]);
    expect(fetched).toEqual(["openssl"]);
  });

  it("is newest versions alone without a way to fetch", async () => {
    const { index } = archiveOf([{ name: "openssl", version: "3.0.3-1", files: {} }]);
    const { newest, fixes } = await collectArchiveEvidence(image, index);
    expect([newest.get("openssl"), fixes]).toEqual(["3.0.3-1", []]);
  });

  it("comes from the smallest package of the newest version that has a changelog of the source", async () => {
    const version = "3.0.3-1";
    const source = "openssl";
    const { index, ports, fetched } = archiveOf([
      { name: "openssl", version, files: changelog("openssl", log), size: 900 },
      { name: "libssl-old", version: "3.0.2-1", source, files: {}, size: 10 },
      { name: "libssl-doc", version, source, files: changelog("libssl-doc", "Upstream notes\n"), size: 200 },
      { name: "libssl-more", version, source, files: {}, size: 300 },
    ]);
    const { fixes } = await collectArchiveEvidence(image, index, ports);
    expect(fixes).toHaveLength(2);
    expect(fetched).toEqual(["libssl-doc", "libssl-more", "openssl"]);
  });

  it("comes from the sibling that the smallest package's documentation links to", async () => {
    const version = "3.0.3-1";
    const source = "openssl";
    const { index, ports, fetched } = archiveOf([
      {
        name: "libssl-dev",
        version,
        source,
        files: { "usr/share/doc/libssl-dev": { symlink: "../doc/libssl3" } },
        size: 100,
      },
      { name: "libssl-doc", version, source, files: {}, size: 200 },
      { name: "libssl3", version, source, files: changelog("libssl3", log), size: 900 },
    ]);
    expect((await collectArchiveEvidence(image, index, ports)).fixes).toHaveLength(2);
    expect(fetched).toEqual(["libssl-dev", "libssl3"]);
  });

  it.each([
    ["changelog.gz of a package made for Debian alone", "changelog.gz", log],
    ["changelog.Debian without compression", "changelog.Debian", log],
  ])("is read from %s", async (_, file, text) => {
    const files = { [`usr/share/doc/openssl/${file}`]: file.endsWith(".gz") ? gzipSync(text) : text };
    const { index, ports } = archiveOf([{ name: "openssl", version: "3.0.3-1", files }]);
    expect((await collectArchiveEvidence(image, index, ports)).fixes).toHaveLength(2);
  });

  it("is remembered by the package's hash", async () => {
    const cache = await openCache(await temporaryFolder());
    const { index, ports, fetched } = archiveOf([
      { name: "openssl", version: "3.0.3-1", files: changelog("openssl", log) },
    ]);
    const first = await collectArchiveEvidence(image, index, { ...ports, cache });
    const second = await collectArchiveEvidence(image, index, { ...ports, cache });
    expect(second).toEqual(first);
    expect(fetched).toEqual(["openssl"]);
  });

  it("is told per installed version, and not of third parties' packages", async () => {
    const { index, ports } = archiveOf([{ name: "openssl", version: "3.0.3-1", files: changelog("openssl", log) }]);
    const two = sbom([
      deb("openssl", "3.0.1-1"),
      deb("libssl3", "3.0.2-1", { source: { name: "openssl", version: "3.0.2-1" } }),
      deb("openssl", "3.0.0-1", {
        supplier: "Docker <support@docker.com>",
        source: { name: "openssl", version: "3.0.0-1" },
      }),
    ]);
    const { fixes } = await collectArchiveEvidence(two, index, ports);
    expect(fixes.map((fix) => `${fix.installed} ${fix.vulnerability}`)).toEqual([
      "3.0.1-1 CVE-2026-0002",
      "3.0.1-1 CVE-2026-0003",
      "3.0.2-1 CVE-2026-0003",
    ]);
  });
});

describe("what goes wrong with the archive", () => {
  const debs: readonly TestDeb[] = [
    { name: "openssl", version: "3.0.3-1", files: { "usr/share/doc/openssl/copyright": "free" } },
  ];

  it("leaves a source package unread, with the reason, when no package has its changelog", async () => {
    const { index, ports } = archiveOf(debs);
    const { fixes, unread } = await collectArchiveEvidence(image, index, ports);
    expect(fixes).toEqual([]);
    expect(unread).toEqual([{ source: "openssl", reason: "openssl 3.0.3-1 has no changelog of openssl" }]);
  });

  it("leaves a source package unread when its package cannot be fetched or read", async () => {
    const { index } = archiveOf(debs);
    const failing = async () => {
      throw new CodedError("HTTP_STATUS", "the mirror answered 404");
    };
    expect((await collectArchiveEvidence(image, index, { fetchPackage: failing })).unread).toMatchObject([
      { reason: "the mirror answered 404" },
    ]);
    const broken = async () => Buffer.from("!<arch>\nnothing");
    expect((await collectArchiveEvidence(image, index, { fetchPackage: broken })).unread).toHaveLength(1);
  });

  it("stops on request", async () => {
    const { index, ports } = archiveOf(debs);
    const reason = new Error("stopped");
    await expect(collectArchiveEvidence(image, index, { ...ports, signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
  });

  it("is an archive of another release, which is refused", async () => {
    const { index, ports } = archiveOf(debs, ["trixie", "trixie-security"]);
    await expect(collectArchiveEvidence(image, index, ports)).rejects.toThrow(
      expect.objectContaining({ code: "VULN_RELEASE_MISMATCH" }),
    );
  });
});

describe("looking at many source packages", () => {
  it("keeps to so many at a time, and to their order", async () => {
    const names = Array.from({ length: 12 }, (_, i) => `p${String(i).padStart(2, "0")}`);
    const { index, ports } = archiveOf(
      names.map((name) => ({ name, version: "2", files: changelog(name, entry(name, "2", "CVE-2026-0001")) })),
    );
    let running = 0;
    let most = 0;
    const fetchPackage: ArchivePorts["fetchPackage"] = async (one, signal) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 12 - Number(one.name.slice(1))));
      running--;
      return (await ports.fetchPackage?.(one, signal)) ?? new Uint8Array();
    };
    const many = sbom(names.map((name) => deb(name, "1")));
    const { fixes } = await collectArchiveEvidence(many, index, { fetchPackage, concurrency: 3 });
    expect(fixes.map((fix) => fix.source)).toEqual(names);
    expect(most).toBe(3);
  });
});
