import { existsSync } from "node:fs";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { z } from "zod";
import { VulnError } from "../error.ts";
import type { AdvisorySource } from "../model.ts";
import {
  type AdvisoryRow,
  type DebianRow,
  indexApplication,
  indexVersion,
  type NpmRow,
  type Origin,
} from "./schema.ts";

/** An advisory index open for reading. It goes on showing what it showed when opened, also while a new one replaces it. */
export interface AdvisoryIndex {
  readonly path: string;
  /** What was imported, in order. */
  readonly origins: readonly Origin[];
  /** Ids of origins that speak of every vulnerability of this Debian release. */
  covers(release: string): readonly number[];
  /** What is known of a Debian source package in a release. */
  debian(sourcePackage: string, release: string): readonly DebianRow[];
  npm(name: string): readonly NpmRow[];
  /** Aliases, CVSS vectors and summaries of a vulnerability, by its canonical id. */
  advisories(vulnerability: string): readonly AdvisoryRow[];
  close(): void;
}

/** Opens the index at `path`. Throws VULN_INDEX_INVALID when it is absent, damaged, unfinished or of another version. */
export function openAdvisoryIndex(path: string): AdvisoryIndex {
  if (!existsSync(path)) throw invalid(path, "it does not exist");
  const database = guard(path, () => new DatabaseSync(path, { readOnly: true }));
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
      records: (known?.records ?? 0) + origin.records,
      knowsUnfixed: origin.knowsUnfixed || known?.knowsUnfixed === true,
    });
  }
  return [...sources.values()].sort((a, b) => (a.source < b.source ? -1 : 1));
}

function createIndex(path: string, database: DatabaseSync): AdvisoryIndex {
  checkIdentity(path, database);
  const origins = database.prepare("SELECT * FROM origin ORDER BY id").all().map(originOfRow);
  const coverage = database.prepare("SELECT origin FROM coverage WHERE release = ?");
  const debian = database.prepare("SELECT rows FROM debian WHERE package = ? AND release = ?");
  const npm = database.prepare("SELECT * FROM npm WHERE package = ?");
  const advisory = database.prepare("SELECT * FROM advisory WHERE vulnerability = ?");
  return {
    path,
    origins,
    covers: (release) => guard(path, () => coverage.all(release).map((row) => number(row, "origin"))),
    debian: (name, release) => guard(path, () => debianRows(debian.get(name, release), { package: name, release })),
    npm: (name) => guard(path, () => npm.all(name).map(npmOfRow)),
    advisories: (vulnerability) => guard(path, () => advisory.all(vulnerability).map(advisoryOfRow)),
    close: () => database.close(),
  };
}

function checkIdentity(path: string, database: DatabaseSync): void {
  const application = number(database.prepare("PRAGMA application_id").get() ?? {}, "application_id");
  const version = number(database.prepare("PRAGMA user_version").get() ?? {}, "user_version");
  if (application !== indexApplication) throw invalid(path, "it is not an advisory index");
  if (version !== indexVersion) throw invalid(path, `its version is ${version}, this program reads ${indexVersion}`);
  const complete = database.prepare("SELECT value FROM meta WHERE key = 'complete'").get();
  if (complete === undefined || text(complete, "value") !== "yes") throw invalid(path, "it was not finished");
}

type Row = Record<string, SQLOutputValue>;

function originOfRow(row: Row): Origin {
  return {
    id: number(row, "id"),
    source: text(row, "source"),
    format: text(row, "format"),
    file: text(row, "file"),
    sha256: optional(row, "sha256"),
    asOf: text(row, "as_of"),
    dated: number(row, "dated") === 1,
    records: number(row, "records"),
    knowsUnfixed: number(row, "knows_unfixed") === 1,
  };
}

const kinds = ["base", "advisory"] as const;
const states = ["open", "resolved", "not-affected", "undetermined"] as const;
const triages = ["no-dsa", "postponed", "ignored", "end-of-life"] as const;

function debianRows(row: Row | undefined, of: Pick<DebianRow, "package" | "release">): readonly DebianRow[] {
  if (row === undefined) return [];
  return list(JSON.parse(text(row, "rows")), "rows").map((values) => debianOfValues(list(values, "rows"), of));
}

function debianOfValues(values: readonly unknown[], of: Pick<DebianRow, "package" | "release">): DebianRow {
  const [vulnerability, origin, record, kind, state, introduced, fixed, released, urgency, triage, date] = values;
  return {
    ...of,
    vulnerability: asText(vulnerability, "vulnerability"),
    origin: asNumber(origin, "origin"),
    record: asText(record, "record"),
    kind: asOneOf(kind, "kind", kinds),
    state: asOneOf(state, "state", states),
    introduced: asOptional(introduced, "introduced"),
    fixed: asOptional(fixed, "fixed"),
    released: asOptional(released, "released"),
    urgency: asOptional(urgency, "urgency"),
    triage: triage === null ? null : asOneOf(triage, "triage", triages),
    date: asOptional(date, "date"),
  };
}

const ranges = z.array(
  z.object({
    events: z.array(z.object({ kind: z.enum(["introduced", "fixed", "last_affected", "limit"]), version: z.string() })),
    bound: z.object({ inclusive: z.boolean(), version: z.string() }).nullable(),
  }),
);

function npmOfRow(row: Row): NpmRow {
  return {
    package: text(row, "package"),
    origin: number(row, "origin"),
    record: text(row, "record"),
    modified: text(row, "modified"),
    severity: optional(row, "severity"),
    ranges: ranges.parse(JSON.parse(text(row, "ranges"))),
    versions: strings(row, "versions"),
  };
}

function advisoryOfRow(row: Row): AdvisoryRow {
  return {
    vulnerability: text(row, "vulnerability"),
    origin: number(row, "origin"),
    record: text(row, "record"),
    modified: text(row, "modified"),
    summary: optional(row, "summary"),
    aliases: strings(row, "aliases"),
    cvss: vectors(row, "cvss"),
  };
}

function text(row: Row, column: string): string {
  return asText(row[column], column);
}

function optional(row: Row, column: string): string | null {
  return asOptional(row[column], column);
}

function number(row: Row, column: string): number {
  return asNumber(row[column], column);
}

function strings(row: Row, column: string): readonly string[] {
  const value = text(row, column);
  return value === "[]" ? [] : list(JSON.parse(value), column).map((one) => asText(one, column));
}

function vectors(row: Row, column: string): AdvisoryRow["cvss"] {
  const value = text(row, column);
  if (value === "[]") return [];
  return list(JSON.parse(value), column).map((one) => {
    const [type, vector] = list(one, column);
    return { type: asText(type, column), vector: asText(vector, column) };
  });
}

function asText(value: unknown, column: string): string {
  if (typeof value !== "string") throw new TypeError(`${column} holds no text`);
  return value;
}

function asOptional(value: unknown, column: string): string | null {
  return value === null ? null : asText(value, column);
}

function asNumber(value: unknown, column: string): number {
  if (typeof value !== "number") throw new TypeError(`${column} holds no number`);
  return value;
}

function asOneOf<Word extends string>(value: unknown, column: string, words: readonly Word[]): Word {
  for (const word of words) if (word === value) return word;
  throw new TypeError(`${column} holds an unknown word`);
}

function list(value: unknown, column: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`${column} holds no list`);
  return value;
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
