import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { PackageIdentity, Sbom, SbomPackage } from "../../src/sbom/model.ts";
import { type ImportReport, importAdvisories } from "../../src/vuln/import.ts";
import { type AdvisoryIndex, openAdvisoryIndex } from "../../src/vuln/index/read.ts";
import type { Finding } from "../../src/vuln/model.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** The moment at which tests import. */
export const now = new Date("2026-06-01T12:00:00Z");

/** A Debian package; the source defaults to the package itself. */
export function deb(name: string, version: string, more: Partial<SbomPackage> = {}): SbomPackage {
  const identity: PackageIdentity = {
    type: "deb",
    name,
    version,
    source: { name, version },
    purl: `pkg:deb/debian/${name}@${version}?arch=amd64`,
  };
  return { ...identity, ...unknown, architecture: "amd64", ...more };
}

/** An npm package. */
export function npm(name: string, version: string, more: Partial<SbomPackage> = {}): SbomPackage {
  return { type: "npm", name, version, source: null, purl: `pkg:npm/${name}@${version}`, ...unknown, ...more };
}

const alone = { owner: null, fromBase: null, dependsOn: [] };
const unknown = {
  licenses: [],
  locations: [],
  layer: null,
  supplier: null,
  architecture: null,
  comments: [],
  ...alone,
};

/** An image of Debian 12 with these packages. */
export function sbom(packages: readonly SbomPackage[], more: Partial<Sbom> = {}): Sbom {
  return {
    image: { reference: "example", digest: `sha256:${"0".repeat(64)}`, platform: "linux/amd64" },
    distribution: { id: "debian", versionId: "12", codename: "bookworm", prettyName: null },
    packages,
    unowned: { files: 0, bytes: 0, paths: [] },
    base: null,
    removed: [],
    warnings: [],
    ...more,
  };
}

/** Feeds by file name; what is no text or bytes is written as JSON. */
export type Feeds = Readonly<Record<string, unknown>>;

/** A folder with these feeds, removed when the test has finished. */
export async function feedFolder(feeds: Feeds): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, content] of Object.entries(feeds)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    const raw = typeof content === "string" || content instanceof Uint8Array;
    await writeFile(path, raw ? content : JSON.stringify(content));
  }
  return folder;
}

/** Imports these feeds into an index of its own. */
export async function importFeeds(feeds: Feeds): Promise<ImportReport> {
  return await importAdvisories([await feedFolder(feeds)], join(await temporaryFolder(), "index.sqlite"), { now });
}

/** An open index of these feeds, closed when the test has finished. */
export async function indexOf(feeds: Feeds): Promise<AdvisoryIndex> {
  const index = openAdvisoryIndex((await importFeeds(feeds)).index);
  onTestFinished(() => index.close());
  return index;
}

/** An OSV record of the Debian export: fixed version (null for none) by source package, for Debian 12. */
export function osvDebian(
  id: string,
  fixed: Readonly<Record<string, string | null>>,
  more: { readonly urgency?: string; readonly ecosystem?: string } & Readonly<Record<string, unknown>> = {},
) {
  const { urgency = "not yet assigned", ecosystem = "Debian:12", ...rest } = more;
  return {
    id,
    modified: "2026-01-10T00:00:00Z",
    published: "2026-01-02T00:00:00Z",
    affected: Object.entries(fixed).map(([name, version]) => ({
      package: { ecosystem, name },
      ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, ...(version === null ? [] : [{ fixed: version }])] }],
      ecosystem_specific: { urgency },
    })),
    ...rest,
  };
}

/** An OSV record of npm with ranges as `introduced` and one end. */
export function osvNpm(
  id: string,
  name: string,
  events: readonly Readonly<Record<string, string>>[],
  more: Readonly<Record<string, unknown>> = {},
) {
  return {
    id,
    modified: "2026-01-10T00:00:00Z",
    affected: [{ package: { ecosystem: "npm", name }, ranges: [{ type: "SEMVER", events }] }],
    ...more,
  };
}

/** Records one a line. */
export function lines(...records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}

/** A row of the DSA/DLA array. */
export function announcement(id: string, date: string, pkg: string, ...cves: readonly string[]) {
  return { id, date, source: pkg.split(" ")[0] ?? "", cves, rel: "bookworm", pkg };
}

/** What most assertions are about: one line for each finding. */
export function brief(findings: readonly Finding[]): readonly string[] {
  return findings.map(
    (one) =>
      `${one.package.name} ${one.id} ${one.state}${one.triage === null ? "" : `/${one.triage}`} ${one.fixedVersion ?? "-"} ${one.severity} ${one.rule}`,
  );
}
