import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { VulnError } from "../error.ts";
import { createRows, type Rows, rowTables } from "./rows.ts";
import {
  coverage,
  finishing,
  finishingVulnerabilities,
  type Gathered,
  gathered,
  gathering,
  gatheringVulnerabilities,
  indexApplication,
  indexVersion,
  tables,
} from "./schema.ts";

/** Receives what the providers read. Rows of one file stand or fall together: see `file`. */
export interface IndexWriter extends Rows {
  /** The number of the origin `source` within `file`, made when it is new. */
  origin(source: string, file: OriginFile): number;
  /** Counts a record of `origin` and notes its date (ISO 8601); unreadable dates are passed over. */
  record(origin: number, date: string | null): void;
  /** Says that `origin` names vulnerabilities that have no fix yet. */
  knowsUnfixed(origin: number): void;
  /** Takes back all that came under `origin`. */
  forget(origin: number): void;
  /** How many records `origin` has so far. */
  records(origin: number): number;
}

/** Where an origin's records come from. `asOf` is used where the records have no dates; `dated` says that it is no guess. */
export interface OriginFile {
  readonly dated: boolean;
  readonly file: string;
  readonly format: string;
  readonly sha256: string | null;
  readonly asOf: string;
  /** When its publisher last said that this is what it has; null where that is not known. */
  readonly checked: string | null;
}

/**
 * Builds an index beside `path` under a temporary name, lets `fill` write to it and swaps it in when all of it is on
 * disk. On failure, and when the process dies, `path` stays what it was. Readers that have the old file open keep it.
 * `now` is recorded and bounds the dates believed. Throws what `fill` throws, and VULN_INDEX_UNWRITABLE.
 */
export async function replaceIndex<Result>(
  path: string,
  options: { readonly now: Date },
  fill: (writer: IndexWriter) => Promise<Result>,
): Promise<Result> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}-${randomBytes(6).toString("hex")}.partial`);
  try {
    await mkdir(dirname(path), { recursive: true });
    await removeAbandoned(path, options.now);
    const result = await writeDatabase(temporary, options.now, fill);
    await syncFile(temporary);
    await rename(temporary, path);
    await syncFile(dirname(path));
    return result;
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw unwritable(cause, path);
  }
}

async function writeDatabase<Result>(
  temporary: string,
  now: Date,
  fill: (writer: IndexWriter) => Promise<Result>,
): Promise<Result> {
  const database = new DatabaseSync(temporary);
  try {
    database.exec(`PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA application_id = ${indexApplication}; PRAGMA user_version = ${indexVersion};`);
    database.exec(tables);
    for (const table of gatheredTables) database.exec(gathering(table));
    database.exec(gatheringVulnerabilities);
    database.exec("BEGIN");
    const origins = new Map<number, OriginState>();
    const result = await fill(createWriter(database, origins, now));
    writeOrigins(database, origins, now);
    database.exec(coverage);
    for (const table of gatheredTables) database.exec(finishing(table));
    database.exec(finishingVulnerabilities);
    database.exec("COMMIT");
    return result;
  } finally {
    database.close();
  }
}

const gatheredTables = Object.keys(gathered) as readonly Gathered[];

interface OriginState {
  readonly source: string;
  readonly file: OriginFile;
  asOf: string | null;
  records: number;
  knowsUnfixed: boolean;
}

function createWriter(database: DatabaseSync, origins: Map<number, OriginState>, now: Date): IndexWriter {
  const latest = new Date(now.getTime() + 86_400_000).toISOString();
  const numbers = new Map<string, number>();
  let lastNumber = 0;
  return {
    ...createRows(database),
    origin(source, file) {
      const key = `${source}\n${file.file}`;
      const known = numbers.get(key);
      if (known !== undefined) return known;
      const id = ++lastNumber;
      numbers.set(key, id);
      origins.set(id, { source, file, asOf: null, records: 0, knowsUnfixed: false });
      return id;
    },
    record(origin, date) {
      const state = origins.get(origin);
      if (state === undefined) return;
      state.records++;
      if (date === null || !/^\d{4}-\d\d-\d\d/.test(date) || date > latest) return;
      if (state.asOf === null || date > state.asOf) state.asOf = date;
    },
    knowsUnfixed(origin) {
      const state = origins.get(origin);
      if (state !== undefined) state.knowsUnfixed = true;
    },
    forget(origin) {
      for (const table of rowTables) {
        database.prepare(`DELETE FROM ${table} WHERE origin = ?`).run(origin);
      }
      origins.delete(origin);
      for (const [key, id] of numbers) if (id === origin) numbers.delete(key);
    },
    records: (origin) => origins.get(origin)?.records ?? 0,
  };
}

function writeOrigins(database: DatabaseSync, origins: ReadonlyMap<number, OriginState>, now: Date): void {
  const insert = database.prepare("INSERT INTO origin VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const [id, { source, file, asOf, records, knowsUnfixed }] of origins) {
    const dated = asOf === null && !file.dated ? 0 : 1;
    insert.run(
      id,
      source,
      file.format,
      file.file,
      file.sha256,
      asOf ?? file.asOf,
      dated,
      file.checked,
      records,
      knowsUnfixed ? 1 : 0,
    );
  }
  const meta = database.prepare("INSERT INTO meta VALUES (?, ?)");
  meta.run("created", now.toISOString());
  meta.run("complete", "yes");
}

/** Removes what imports left behind that died more than an hour ago. */
async function removeAbandoned(path: string, now: Date): Promise<void> {
  const folder = dirname(path);
  const prefix = `.${basename(path)}.`;
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix) || !/\.partial(-journal)?$/.test(name)) continue;
    const file = join(folder, name);
    const age = await stat(file).then(
      (stats) => now.getTime() - stats.mtimeMs,
      () => 0,
    );
    if (age > 3_600_000) await rm(file, { force: true });
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function unwritable(cause: unknown, path: string): unknown {
  if (cause instanceof VulnError || !(cause instanceof Error) || !("code" in cause)) return cause;
  const disk =
    typeof cause.code === "string" &&
    /^(ENOSPC|EDQUOT|EROFS|EACCES|EPERM|ENOTDIR|EEXIST|ERR_SQLITE_ERROR)$/.test(cause.code);
  if (!disk) return cause;
  return new VulnError("VULN_INDEX_UNWRITABLE", `cannot write the advisory index ${path}: ${cause.message}`, {
    hint: "free some space, or choose a folder that can be written; the old index is unchanged",
    cause,
  });
}
