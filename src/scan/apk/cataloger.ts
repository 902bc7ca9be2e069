import type { Distribution } from "../../sbom/model.ts";
import { distroQualifier, packageUrl } from "../../sbom/purl.ts";
import type { Cataloger } from "../cataloger.ts";
import { catalogDatabases, type DatabasePackage } from "../installed/catalog.ts";
import { type ApkDatabase, type InstalledApk, readApkInstalled } from "./installed.ts";

/** Where apk keeps its database: before and after Alpine merged /usr. */
const places = ["lib/apk/db/installed", "usr/lib/apk/db/installed"];

/** Packages of apk (Alpine, Wolfi, Chainguard and others), from its database. */
export const apkCataloger: Cataloger<ApkDatabase> = {
  name: "apk",
  interest: { folders: ["lib/apk/db/", "usr/lib/apk/db/"] },
  reading(path) {
    return places.includes(path) ? { stream: readApkInstalled } : null;
  },
  catalog(context) {
    const databases = places.flatMap((path) => {
      const database = context.findings.get(path);
      if (database === undefined) return [];
      const { damaged, isCut } = database;
      if (damaged > 0)
        context.warn(path, `${damaged} of its paragraphs ${damaged === 1 ? "has" : "have"} no name or version`);
      if (isCut) context.warn(path, "what follows is not read: no system has as many packages");
      return [{ path, packages: database.packages.map((item) => describe(item, context.distribution)) }];
    });
    return catalogDatabases(context, databases, { manager: "apk-tools" });
  },
};

/** The URL is `pkg:apk/alpine/libssl3@3.3.2-r1?arch=x86_64&distro=alpine-3.20.3&upstream=openssl` (purl-spec, apk). */
function describe(item: InstalledApk, distribution: Distribution | null): DatabasePackage {
  const { name, version, architecture, origin, license, maintainer, files, dependsOn } = item;
  const qualifiers = {
    arch: architecture,
    distro: distroQualifier(distribution),
    upstream: origin === name ? null : origin,
  };
  const described = {
    type: "apk",
    name,
    version,
    source: origin === null ? null : { name: origin, version },
    purl: packageUrl({ type: "apk", namespace: distribution?.id ?? "alpine", name, version, qualifiers }),
    licenses: license === null ? [] : [license],
    supplier: maintainer,
    architecture,
    comments: [],
  };
  return { described, files, dependsOn };
}
