import { ScanError } from "../error.ts";
import { isBerkeleyHash, readBerkeleyHash } from "./berkeley.ts";
import { damaged } from "./damaged.ts";
import { type RpmHeader, readRpmHeader } from "./header.ts";
import { isNdb, readNdb } from "./ndb.ts";
import { type RpmPackage, readRpmPackage, tags } from "./package.ts";
import { type RpmNeeds, resolveRpmRequirements } from "./requirements.ts";
import { isSqlite, readSqliteTable } from "./sqlite.ts";

/** A package and the positions, in the same database, of those it depends on. */
export interface InstalledRpm extends RpmPackage {
  readonly dependsOn: readonly number[];
}

/** What a database says, with the files of every package: without them nobody knows which files of an image are whose. */
export interface RpmDatabase {
  readonly packages: readonly InstalledRpm[];
  /** Records that are no package's header. */
  readonly damaged: number;
}

/** The largest installations of a distribution have a third of it. */
const mostPackages = 20_000;
/** More provisions and requirements than all packages of a distribution together have. */
const maxTexts = 4_000_000;

/**
 * Reads rpm's database of any of its formats: SQLite, its own "ndb", Berkeley DB's hash. null for a file that is none of
 * them, such as an empty one. A damaged record is counted and passed over; throws SCAN_FILE_INVALID when the database itself
 * is damaged.
 */
export function readRpmDatabase(content: Uint8Array): RpmDatabase | null {
  const blobs = blobsOf(content);
  if (blobs === null) return null;
  const needs: RpmNeeds[] = [];
  const packages: RpmPackage[] = [];
  let broken = 0;
  let left = maxTexts;
  for (const blob of blobs) {
    const record = readRecord(blob);
    if (record === "damaged") broken++;
    else if (record !== null) {
      if (packages.push(record.package) > mostPackages) throw damaged(`it has more than ${mostPackages} packages`);
      needs.push(record.needs);
      left -= record.needs.provides.length + record.needs.requires.length;
      if (left < 0) throw damaged("its packages have too many dependencies");
    }
  }
  const dependencies = resolveRpmRequirements(needs);
  return {
    packages: packages.map((item, position) => ({ ...item, dependsOn: dependencies[position] ?? [] })),
    damaged: broken,
  };
}

function blobsOf(content: Uint8Array): Iterable<Uint8Array> | null {
  if (isSqlite(content)) return packagesTable(content);
  if (isNdb(content)) return readNdb(content);
  return isBerkeleyHash(content) ? readBerkeleyHash(content) : null;
}

/** The table has a number and a header for each package (rpm, lib/backend/sqlite.c). */
function* packagesTable(content: Uint8Array): Generator<Uint8Array> {
  for (const [, blob] of readSqliteTable(content, "Packages")) if (blob instanceof Uint8Array) yield blob;
}

interface Record {
  readonly package: RpmPackage;
  readonly needs: RpmNeeds;
}

function readRecord(blob: Uint8Array): Record | "damaged" | null {
  try {
    const header = readRpmHeader(blob);
    const item = readRpmPackage(header);
    return item === null ? null : { package: item, needs: needsOf(item, header) };
  } catch (cause) {
    if (cause instanceof ScanError) return "damaged";
    throw cause;
  }
}

function needsOf({ name, files }: RpmPackage, header: RpmHeader): RpmNeeds {
  return { name, files, provides: header.texts(tags.provides), requires: header.texts(tags.requires) };
}
