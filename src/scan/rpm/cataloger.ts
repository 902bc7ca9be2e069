import { joinPath } from "../../facts/path.ts";
import type { Distribution } from "../../sbom/model.ts";
import type { Cataloger, ScanContext } from "../cataloger.ts";
import { catalogDatabases, type DatabasePackage } from "../installed/catalog.ts";
import { type InstalledRpm, type RpmDatabase, readRpmDatabase } from "./database.ts";
import { identifyRpm } from "./identity.ts";
import { readRpmManifest } from "./manifest.ts";

/** Where rpm keeps its database: since ever, in new distributions, in those of images that are updated as a whole. */
const folders = ["usr/lib/sysimage/rpm", "usr/share/rpm", "var/lib/rpm"];

/** The names of the database in its formats, newest first. Where several stand side by side, the first is in use. */
const names = ["rpmdb.sqlite", "Packages.db", "Packages"];

const manifestFolder = "var/lib/rpmmanifest";
const manifestPath = `${manifestFolder}/container-manifest-2`;

/** Bytes of the largest database and the largest list that are read. A thousand packages have 70 to 200 MiB. */
const limits = { database: 2 ** 29, list: 2 ** 24 };

/**
 * Packages of rpm, from its database in any of the places and formats it has, and from the list that Microsoft's images
 * without rpm have in its stead.
 */
export const rpmCataloger: Cataloger<RpmDatabase> = {
  name: "rpm",
  interest: { folders: [...folders, manifestFolder].map((folder) => `${folder}/`) },
  reading(path) {
    if (path === manifestPath) return { limit: limits.list, read: readRpmManifest };
    const isDatabase = folders.some((folder) => names.some((name) => path === joinPath(folder, name)));
    return isDatabase ? { limit: limits.database, readAt: readRpmDatabase } : null;
  },
  catalog(context) {
    const paths = [...folders.flatMap((folder) => pathInUse(context, folder) ?? []), manifestPath];
    const databases = paths.flatMap((path) => {
      const database = context.findings.get(path);
      if (database === undefined) return [];
      warnOfGaps(context, path, database);
      return [{ path, packages: database.packages.map((item) => describe(item, context.distribution)) }];
    });
    return catalogDatabases(context, databases, { manager: "rpm" });
  },
};

/** An rpm that was only asked something may have made an empty database beside the one that is in use. */
function pathInUse({ findings }: ScanContext<RpmDatabase>, folder: string): string | null {
  const found = names.map((name) => joinPath(folder, name)).filter((path) => findings.has(path));
  return found.find((path) => findings.get(path)?.packages.length !== 0) ?? found[0] ?? null;
}

function warnOfGaps({ tree, warn }: ScanContext<RpmDatabase>, path: string, database: RpmDatabase): void {
  if (database.damaged > 0) {
    warn(path, `${database.damaged} of its records ${database.damaged === 1 ? "is" : "are"} damaged and left out`);
  }
  if ((tree.files.get(`${path}-wal`)?.size ?? 0) > 0) {
    warn(path, `the changes that stand in ${path}-wal are not seen: rpm was stopped before it wrote them back`);
  }
}

function describe(item: InstalledRpm, distribution: Distribution | null): DatabasePackage {
  const { license, vendor, architecture, files, dependsOn } = item;
  const described = {
    ...identifyRpm(item, distribution),
    licenses: license === null ? [] : [license],
    supplier: vendor,
    architecture,
    comments: [],
  };
  return { described, files, dependsOn };
}
