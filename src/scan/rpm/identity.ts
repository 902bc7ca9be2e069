import type { Distribution, PackageIdentity, SourcePackage } from "../../sbom/model.ts";
import { distroQualifier, packageUrl } from "../../sbom/purl.ts";
import type { RpmPackage } from "./package.ts";

/**
 * How a package is called in a bill of materials: its version is `[epoch:]version-release`, its URL (purl-spec,
 * types-doc/rpm-definition.md) as other scanners and Red Hat write it: `pkg:rpm/redhat/bash@5.1.8-9.el9?arch=x86_64&
 * distro=rhel-9.4&upstream=bash-5.1.8-9.el9.src.rpm`, for a module's package with `rpmmod`.
 */
export function identifyRpm(item: RpmPackage, distribution: Distribution | null): PackageIdentity {
  const { name, version, epoch, architecture, sourceRpm, module } = item;
  const qualifiers = {
    arch: architecture,
    distro: distroQualifier(distribution),
    epoch: epoch === null ? null : String(epoch),
    rpmmod: module,
    upstream: sourceRpm,
  };
  return {
    type: "rpm",
    name,
    version: withEpoch(version, epoch),
    source: sourceOf(sourceRpm, epoch),
    purl: packageUrl({ type: "rpm", namespace: vendorOf(distribution), name, version, qualifiers }),
  };
}

/** The namespaces that the specification's examples and Red Hat's own data have for distributions of another ID. */
function vendorOf(distribution: Distribution | null): string | null {
  const id = distribution?.id ?? null;
  if (id === "rhel") return "redhat";
  return id?.startsWith("opensuse") ? "opensuse" : id;
}

/** The name of a source package's file has no epoch; it is that of the packages built from it, with few exceptions. */
function sourceOf(file: string | null, epoch: number | null): SourcePackage | null {
  const [, name, version] = /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(file ?? "") ?? [];
  return name === undefined || version === undefined ? null : { name, version: withEpoch(version, epoch) };
}

/** rpm takes no epoch for 0. */
function withEpoch(version: string, epoch: number | null): string {
  return epoch === null || epoch === 0 ? version : `${epoch}:${version}`;
}
