import { ScanError } from "../error.ts";
import type { RandomBytes } from "../reading/random-bytes.ts";
import { weightOf } from "../weight.ts";
import { isBerkeleyHash, readBerkeleyHash } from "./berkeley.ts";
import { damaged } from "./damaged.ts";
import { type HeaderBudget, type RpmHeader, readRpmHeader } from "./header.ts";
import { unread } from "./limits.ts";
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
/** More files, provisions and requirements, with numbers of each file, than any system in use has. */
const maxValues = 2 ** 24;
/** How much all that is kept of packages may weigh, in bytes: twice what is needed by any system in use. */
const room = 3 * 2 ** 24;

/**
 * Reads rpm's database of any of its formats: SQLite, its own "ndb", Berkeley DB's hash. null for a file that is none of
 * them, such as an empty one. A damaged record is counted and passed over; throws SCAN_FILE_INVALID when the database itself
 * is damaged.
 */
export function readRpmDatabase(content: RandomBytes): RpmDatabase | null {
  const blobs = blobsOf(content);
  if (blobs === null) return null;
  const needs: RpmNeeds[] = [];
  const packages: RpmPackage[] = [];
  let broken = 0;
  let left = room;
  const budget = { values: maxValues };
  for (const blob of blobs) {
    const record = readRecord(blob, budget);
    if (budget.values < 0) throw tooMuch();
    if (record === "damaged") broken++;
    else if (record !== null) {
      if (packages.push(record.package) > mostPackages) throw damaged(`it has more than ${mostPackages} packages`);
      needs.push(record.needs);
      left -= weightOf([record.package, record.needs.provides, record.needs.requires]);
      if (left < 0) throw tooMuch();
    }
  }
  const dependencies = resolveRpmRequirements(needs);
  return {
    packages: packages.map((item, position) => ({ ...item, dependsOn: dependencies[position] ?? [] })),
    damaged: broken,
  };
}

function tooMuch(): ScanError {
  return damaged("its packages have too many files and dependencies");
}

function blobsOf(content: RandomBytes): Iterable<Uint8Array> | null {
  if (isSqlite(content)) return packagesTable(content);
  if (isNdb(content)) return readNdb(content);
  return isBerkeleyHash(content) ? readBerkeleyHash(content) : null;
}

/** The table has a number and a header for each package (rpm, lib/backend/sqlite.c). */
function* packagesTable(content: RandomBytes): Generator<Uint8Array> {
  for (const [, blob] of readSqliteTable(content, "Packages")) yield blob instanceof Uint8Array ? blob : unread;
}

interface Record {
  readonly package: RpmPackage;
  readonly needs: RpmNeeds;
}

function readRecord(blob: Uint8Array, budget: HeaderBudget): Record | "damaged" | null {
  try {
    const header = readRpmHeader(blob, budget);
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
