import { existsSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { VulnError } from "../error.ts";
import type { AdvisorySource } from "../model.ts";
import { type OpenRows, type Row, readColumns, readRows, type Settling } from "./columns.ts";
import { mostRows, openForeign, wrongTables } from "./hostile.ts";
import {
  type AffectedRow,
  type DebianRow,
  indexApplication,
  indexVersion,
  type LifetimeRow,
  type Origin,
  type StatementRow,
  type SupportRow,
  type VulnerabilityRow,
} from "./schema.ts";

/** An advisory index open for reading. It goes on showing what it showed when opened, also while a new one replaces it. */
export interface AdvisoryIndex {
  readonly path: string;
  /** ISO 8601: when it was built. */
  readonly created: string;
  /** What was imported, in order. */
  readonly origins: readonly Origin[];
  /** Ids of origins that speak of every vulnerability of this Debian release. */
  covers(release: string): readonly number[];
  /** What is known of a Debian source package in a release. */
  debian(sourcePackage: string, release: string): readonly DebianRow[];
  /** The same less what is settled. */
  debianOpen(sourcePackage: string, release: string, by: Settling): OpenRows;
  /** What is known of a package of another ecosystem, see `AffectedRow`. */
  affected(ecosystem: string, name: string): readonly AffectedRow[];
  /** Whether anything is known of an ecosystem at all. */
  hasEcosystem(ecosystem: string): boolean;
  /** What is said of a vulnerability apart from packages, by the id its rows have. */
  vulnerability(id: string): VulnerabilityRow;
  /** Whether feeds brought any VEX statements. */
  hasStatements(): boolean;
  /** VEX statements of feeds about a vulnerability. */
  statements(id: string): readonly StatementRow[];
  /** Source packages of a release whose security support is limited or ends before the release's. */
  support(release: string): readonly SupportRow[];
  lifetime(release: string): LifetimeRow | null;
  close(): void;
}

/** Opens the index at `path`. Throws VULN_INDEX_INVALID when it is absent, damaged, unfinished or of another version. */
export function openAdvisoryIndex(path: string): AdvisoryIndex {
  if (!existsSync(path)) throw invalid(path, "it does not exist");
  const database = guard(path, () => openForeign(path));
  try {
    return guard(path, () => createIndex(path, database));
  } catch (cause) {
    database.close();
    throw cause;
  }
}

/** The index's sources as every answer gives them: origins of one name together, with their newest date, sorted by name. */
export function advisorySources(index: AdvisoryIndex): readonly AdvisorySource[] {
  const sources = new Map<string, AdvisorySource>();
  for (const origin of index.origins) {
    const known = sources.get(origin.source);
    const asOf = origin.asOf.slice(0, 10);
    sources.set(origin.source, {
      source: origin.source,
      asOf: known !== undefined && known.asOf > asOf ? known.asOf : asOf,
      ...checkedOf(origin, known),
      records: (known?.records ?? 0) + origin.records,
      knowsUnfixed: origin.knowsUnfixed || known?.knowsUnfixed === true,
    });
  }
  return [...sources.values()].sort((a, b) => (a.source < b.source ? -1 : 1));
}

/** A source of several files is as fresh as the one that was asked for longest ago. */
function checkedOf({ checked }: Origin, known: AdvisorySource | undefined): Pick<AdvisorySource, "checked"> {
  if (checked === null || (known !== undefined && known.checked === undefined)) return {};
  return { checked: known?.checked !== undefined && known.checked < checked ? known.checked : checked };
}

function createIndex(path: string, database: DatabaseSync): AdvisoryIndex {
  checkIdentity(path, database);
  // Without a transaction of its own each question locks the file, which takes longer than the answer.
  database.exec("BEGIN");
  const origins = database
    .prepare("SELECT * FROM origin ORDER BY id LIMIT ?")
    .all(mostRows + 1)
    .map(readColumns.origin);
  if (origins.length > mostRows) throw invalid(path, `it has more than ${mostRows} origins`);
  const ask = (sql: string) => {
    const statement = database.prepare(sql);
    return {
      all: <Value>(keys: readonly string[], read: (row: Row) => Value): readonly Value[] =>
        guard(path, () => statement.all(...keys).map(read)),
      one: <Value>(keys: readonly string[], read: (row: Row) => Value): Value | null =>
        guard(path, () => {
          const row = statement.get(...keys);
          return row === undefined ? null : read(row);
        }),
    };
  };
  const askPacked = (sql: string) => {
    const statement = database.prepare(sql);
    // An object for each row would take a fifth of the time.
    statement.setReturnArrays(true);
    return <Value>(keys: readonly string[], read: (rows: unknown) => Value): Value | null =>
      guard(path, () => {
        const row: unknown = statement.get(...keys);
        return Array.isArray(row) ? read(row[0]) : null;
      });
  };
  const coverage = ask(`SELECT origin FROM coverage WHERE release = ? LIMIT ${mostRows}`);
  const debian = askPacked("SELECT rows FROM debian WHERE package = ? AND release = ?");
  const affected = askPacked("SELECT rows FROM affected WHERE ecosystem = ? AND package = ?");
  const ecosystem = ask("SELECT 1 AS found FROM affected WHERE ecosystem = ? LIMIT 1");
  const vulnerability = askPacked("SELECT rows FROM vulnerability WHERE id = ?");
  const anyStatement = ask("SELECT 1 AS found FROM statement LIMIT 1");
  const statement = askPacked("SELECT rows FROM statement WHERE vulnerability = ?");
  const support = ask(`SELECT * FROM support WHERE release = ? LIMIT ${mostRows}`);
  const lifetime = ask("SELECT * FROM lifetime WHERE release = ?");
  return {
    path,
    created: createdOf(database),
    origins,
    covers: (release) => coverage.all([release], (row) => readColumns.number(row, "origin")),
    debian: (name, release) =>
      debian([name, release], (rows) => readRows.debian(rows, { package: name, release })) ?? [],
    debianOpen: (name, release, by) =>
      debian([name, release], (rows) => readRows.debianOpen(rows, { package: name, release }, by)) ?? nothingOpen,
    affected: (kind, name) =>
      affected([kind, name], (rows) => readRows.affected(rows, { ecosystem: kind, package: name })) ?? [],
    hasEcosystem: (kind) => ecosystem.one([kind], () => true) ?? false,
    vulnerability: (id) =>
      vulnerability([id], (rows) => readRows.vulnerability(rows, { vulnerability: id })) ?? unknownVulnerability,
    hasStatements: () => anyStatement.one([], () => true) ?? false,
    statements: (id) => statement([id], (rows) => readRows.statement(rows, { vulnerability: id })) ?? [],
    support: (release) => support.all([release], readColumns.support),
    lifetime: (release) => lifetime.one([release], readColumns.lifetime),
    close: () => database.close(),
  };
}

const nothingOpen: OpenRows = { rows: [], settled: new Set() };

const unknownVulnerability: VulnerabilityRow = { advisories: [], exploited: null, probability: null };

function createdOf(database: DatabaseSync): string {
  const row = database.prepare("SELECT value FROM meta WHERE key = 'created'").get();
  return row === undefined ? "" : readColumns.text(row, "value");
}

function checkIdentity(path: string, database: DatabaseSync): void {
  const application = readColumns.number(database.prepare("PRAGMA application_id").get() ?? {}, "application_id");
  const version = readColumns.number(database.prepare("PRAGMA user_version").get() ?? {}, "user_version");
  if (application !== indexApplication) throw invalid(path, "it is not an advisory index");
  if (version !== indexVersion) throw invalid(path, `its version is ${version}, this program reads ${indexVersion}`);
  const wrong = wrongTables(database);
  if (wrong !== null) throw invalid(path, wrong);
  const complete = database.prepare("SELECT value FROM meta WHERE key = 'complete'").get();
  if (complete === undefined || readColumns.text(complete, "value") !== "yes")
    throw invalid(path, "it was not finished");
}

/** Turns whatever a damaged file makes SQLite or the row readers throw into VULN_INDEX_INVALID. */
function guard<Value>(path: string, action: () => Value): Value {
  try {
    return action();
  } catch (cause) {
    if (cause instanceof VulnError) throw cause;
    throw invalid(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function invalid(path: string, why: string, cause?: unknown): VulnError {
  return new VulnError("VULN_INDEX_INVALID", `cannot use the advisory index ${path}: ${why}`, {
    hint: "make it anew with `hardpan db import FOLDER`",
    ...(cause === undefined ? {} : { cause }),
  });
}
