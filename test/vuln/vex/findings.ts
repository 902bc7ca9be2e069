import type { Distribution, PackageIdentity } from "../../../src/sbom/model.ts";
import type { Finding } from "../../../src/vuln/model.ts";
import type { VexContext } from "../../../src/vuln/vex/apply.ts";
import { hex } from "./documents.ts";

/** Debian 12. */
export const bookworm: Distribution = { id: "debian", versionId: "12", codename: "bookworm", prettyName: null };

/** A binary package of Debian 12, by default of a source package of its own name and version. */
export function debPackage(name: string, version: string, source = { name, version }): PackageIdentity {
  return { type: "deb", name, version, source, purl: `pkg:deb/debian/${name}@${version}?arch=amd64&distro=debian-12` };
}

/** CVE-2026-0001 in bash 5.2-1, as far as nobody has said anything of it. */
export function finding(more: Partial<Finding> = {}): Finding {
  return {
    id: "CVE-2026-0001",
    aliases: [],
    package: debPackage("bash", "5.2-1"),
    severity: "high",
    severitySource: "debian",
    state: "affected",
    triage: null,
    fixedVersion: null,
    cvss: [],
    epss: null,
    kev: null,
    summary: null,
    records: [],
    rule: "debian-open",
    suppressed: null,
    statements: [],
    locations: [],
    fromBase: null,
    ...more,
  };
}

/** `registry.example/acme/app:1`, known by the digests of its manifest (a…) and index (c…), with no documents. */
export const context: VexContext = {
  image: {
    reference: "registry.example/acme/app:1",
    digest: `sha256:${hex("a")}`,
    platform: "linux/amd64",
    names: [],
    claimedNames: [],
    digests: [`sha256:${hex("c")}`],
  },
  distribution: bookworm,
  base: null,
  baseName: null,
  documents: [],
  authors: [],
};
