import type { SQLOutputValue } from "node:sqlite";
import { compareDebianVersions } from "../../debian/version.ts";
import type { CvssVector } from "../cvss.ts";
import { eventLetters } from "./rows.ts";
import type {
  AdvisoryRow,
  AffectedRange,
  AffectedRow,
  DebianRow,
  ExploitedRow,
  LifetimeRow,
  Origin,
  ProbabilityRow,
  RangeEvent,
  StatementRow,
  SupportRow,
  VulnerabilityRow,
} from "./schema.ts";

/** What settles vulnerabilities: the installed version of the source package, and the origin whose word counts. */
export interface Settling {
  readonly installed: string;
  /** Number of the base's origin; null where no source speaks of every vulnerability of the release. */
  readonly base: number | null;
}

/** What is known of a source package in a release, less what is settled. */
export interface OpenRows {
  readonly rows: readonly DebianRow[];
  /** Vulnerabilities that are left out of the rows, as the installed version is not affected. */
  readonly settled: ReadonlySet<string>;
}

/** A row as SQLite gives it. */
export type Row = Record<string, SQLOutputValue>;

/** Reads of rows, checked: they throw TypeError where a damaged index holds something else. */
export const readColumns = {
  text: (row: Row, column: string): string => asText(row[column], column),
  number: (row: Row, column: string): number => asNumber(row[column], column),
  origin: (row: Row): Origin => ({
    id: readColumns.number(row, "id"),
    source: readColumns.text(row, "source"),
    format: readColumns.text(row, "format"),
    file: readColumns.text(row, "file"),
    sha256: optional(row, "sha256"),
    asOf: readColumns.text(row, "as_of"),
    dated: readColumns.number(row, "dated") === 1,
    checked: optional(row, "checked"),
    records: readColumns.number(row, "records"),
    knowsUnfixed: readColumns.number(row, "knows_unfixed") === 1,
  }),
  support: (row: Row): SupportRow => ({
    release: readColumns.text(row, "release"),
    package: readColumns.text(row, "package"),
    origin: readColumns.number(row, "origin"),
    state: asOneOf(row["state"], "state", ["ended", "limited", "supported"]),
    version: optional(row, "version"),
    date: optional(row, "date"),
    note: optional(row, "note"),
  }),
  lifetime: (row: Row): LifetimeRow => ({
    release: readColumns.text(row, "release"),
    origin: readColumns.number(row, "origin"),
    eol: optional(row, "eol"),
    lts: optional(row, "lts"),
  }),
};

/** Reads of what is kept as one array of arrays, checked likewise. */
export const readRows = {
  debian: (rows: unknown, of: Pick<DebianRow, "package" | "release">): readonly DebianRow[] =>
    values(rows).map((one) => debianOf(one, of)),
  debianOpen: (rows: unknown, of: Pick<DebianRow, "package" | "release">, by: Settling): OpenRows => {
    const all = values(rows);
    const settled = settledIn(all, by);
    const open = all.filter((one) => !settled.has(asText(one[0], "vulnerability")));
    return { rows: open.map((one) => debianOf(one, of)), settled };
  },
  affected: (rows: unknown, of: Pick<AffectedRow, "ecosystem" | "package">): readonly AffectedRow[] =>
    values(rows).map((one) => affectedOf(one, of)),
  vulnerability: (rows: unknown, of: Pick<AdvisoryRow, "vulnerability">): VulnerabilityRow => {
    const all = parsed(rows);
    return {
      advisories: list(all[0], "rows").map((one) => advisoryOf(list(one, "rows"), of)),
      exploited: all[1] === null ? null : exploitedOf(list(all[1], "rows"), of),
      probability: all[2] === null ? null : probabilityOf(list(all[2], "rows"), of),
    };
  },
  statement: (rows: unknown, of: Pick<StatementRow, "vulnerability">): readonly StatementRow[] =>
    values(rows).map(([origin, statement]) => ({ ...of, origin: asNumber(origin, "origin"), statement })),
};

/**
 * Vulnerabilities of which all rows say that the installed version has the fix or is not affected, the base's among them. Most
 * are, in an image that is kept up to date: they are told by their arrays, of which no rows are made.
 */
function settledIn(all: readonly (readonly unknown[])[], { installed, base }: Settling): ReadonlySet<string> {
  const settled = new Set<string>();
  const open = new Set<string>();
  for (const one of all) {
    const vulnerability = asText(one[0], "vulnerability");
    if (!isSettled(one, installed)) open.add(vulnerability);
    else if (one[3] === "base" && one[1] === base) settled.add(vulnerability);
  }
  for (const vulnerability of open) settled.delete(vulnerability);
  return settled;
}

function isSettled(one: readonly unknown[], installed: string): boolean {
  if (one[4] !== "resolved") return one[4] === "not-affected";
  const fixed = one[6];
  return typeof fixed === "string" && compareDebianVersions(installed, fixed) >= 0;
}

const kinds = ["base", "advisory", "triage"] as const;
const states = ["open", "resolved", "not-affected", "undetermined"] as const;
const triages = ["no-dsa", "postponed", "ignored", "end-of-life"] as const;

// Columns are taken by their place: to take an array apart makes much garbage, and these are the most that are read.
function debianOf(one: readonly unknown[], of: Pick<DebianRow, "package" | "release">): DebianRow {
  return {
    package: of.package,
    release: of.release,
    vulnerability: asText(one[0], "vulnerability"),
    origin: asNumber(one[1], "origin"),
    record: asText(one[2], "record"),
    kind: asOneOf(one[3], "kind", kinds),
    state: asOneOf(one[4], "state", states),
    introduced: asOptional(one[5], "introduced"),
    fixed: asOptional(one[6], "fixed"),
    released: asOptional(one[7], "released"),
    urgency: asOptional(one[8], "urgency"),
    triage: one[9] === null ? null : asOneOf(one[9], "triage", triages),
    date: asOptional(one[10], "date"),
    note: asOptional(one[11], "note"),
  };
}

function affectedOf(one: readonly unknown[], of: Pick<AffectedRow, "ecosystem" | "package">): AffectedRow {
  return {
    ecosystem: of.ecosystem,
    package: of.package,
    vulnerability: asText(one[0], "vulnerability"),
    origin: asNumber(one[1], "origin"),
    record: asText(one[2], "record"),
    modified: asText(one[3], "modified"),
    severity: asOptional(one[4], "severity"),
    ranges: list(one[5], "ranges").map((range) => rangeOf(list(range, "ranges"))),
    versions: texts(one[6], "versions"),
  };
}

const kindsOfEvents: ReadonlyMap<unknown, RangeEvent["kind"]> = new Map([
  [eventLetters.introduced, "introduced"],
  [eventLetters.fixed, "fixed"],
  [eventLetters.last_affected, "last_affected"],
  [eventLetters.limit, "limit"],
]);

function rangeOf(packed: readonly unknown[]): AffectedRange {
  const events: RangeEvent[] = [];
  let bound: AffectedRange["bound"] = null;
  for (let i = 0; i < packed.length; i += 2) {
    const version = asText(packed[i + 1], "ranges");
    const kind = kindsOfEvents.get(packed[i]);
    if (kind === undefined) bound = { inclusive: asOneOf(packed[i], "ranges", ["<", "<="]) === "<=", version };
    else events.push({ kind, version });
  }
  return { events, bound };
}

function advisoryOf(one: readonly unknown[], of: Pick<AdvisoryRow, "vulnerability">): AdvisoryRow {
  return {
    vulnerability: of.vulnerability,
    origin: asNumber(one[0], "origin"),
    record: asText(one[1], "record"),
    modified: asText(one[2], "modified"),
    summary: asOptional(one[3], "summary"),
    aliases: texts(one[4], "aliases"),
    cvss: list(one[5], "cvss").map((vector) => vectorOf(list(vector, "cvss"))),
  };
}

function vectorOf(one: readonly unknown[]): CvssVector {
  return {
    type: asText(one[0], "cvss"),
    vector: asText(one[1], "cvss"),
    score: one[2] === null ? null : asNumber(one[2], "cvss"),
  };
}

function exploitedOf(one: readonly unknown[], of: Pick<ExploitedRow, "vulnerability">): ExploitedRow {
  return {
    vulnerability: of.vulnerability,
    origin: asNumber(one[0], "origin"),
    added: asText(one[1], "added"),
    due: asOptional(one[2], "due"),
    ransomware: one[3] === 1,
  };
}

function probabilityOf(one: readonly unknown[], of: Pick<ProbabilityRow, "vulnerability">): ProbabilityRow {
  return {
    vulnerability: of.vulnerability,
    origin: asNumber(one[0], "origin"),
    score: asNumber(one[1], "score"),
    percentile: asNumber(one[2], "percentile"),
  };
}

function values(rows: unknown): readonly (readonly unknown[])[] {
  return parsed(rows).map((one) => list(one, "rows"));
}

function parsed(rows: unknown): readonly unknown[] {
  const value: unknown = JSON.parse(asText(rows, "rows"));
  return list(value, "rows");
}

function texts(value: unknown, column: string): readonly string[] {
  return list(value, column).map((one) => asText(one, column));
}

function optional(row: Row, column: string): string | null {
  return asOptional(row[column], column);
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
