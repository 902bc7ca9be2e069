import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import {
  type AdvisoryRow,
  type AffectedRow,
  type DebianRow,
  type ExploitedRow,
  type Gathered,
  gathered,
  type LifetimeRow,
  type ProbabilityRow,
  type StatementRow,
  type SupportRow,
} from "./schema.ts";

/** Takes what records say, each kind by its own name. Of what may be said once, what comes last counts. */
export interface Rows {
  debian(row: DebianRow): void;
  affected(row: AffectedRow): void;
  advisory(row: AdvisoryRow): void;
  statement(row: StatementRow): void;
  exploited(row: ExploitedRow): void;
  probability(row: ProbabilityRow): void;
  support(row: SupportRow): void;
  lifetime(row: LifetimeRow): void;
}

/** Tables of which an origin's rows can be taken back. */
export const rowTables = [
  ...["gathered_debian", "gathered_affected", "gathered_advisory", "gathered_statement"],
  ...["gathered_exploited", "gathered_probability", "support", "lifetime"],
] as const;

/** What writes rows into `database`, which has the tables of an index that is being made. */
export function createRows(database: DatabaseSync): Rows {
  const debian = gatherer(database, "debian");
  const affected = gatherer(database, "affected");
  const advisory = gatherer(database, "advisory");
  const statement = gatherer(database, "statement");
  const exploited = replacer(database, "gathered_exploited", 5);
  const probability = replacer(database, "gathered_probability", 4);
  const support = replacer(database, "support", 7);
  const lifetime = replacer(database, "lifetime", 4);
  return {
    debian: (r) => {
      const base = [r.package, r.release, r.vulnerability, r.origin, r.record, r.kind, r.state, r.introduced] as const;
      debian(...base, r.fixed, r.released, r.urgency, r.triage, r.date, r.note);
    },
    affected: (r) => {
      const ranges = JSON.stringify(r.ranges.map(packedRange));
      const about = [r.ecosystem, r.package, r.vulnerability, r.origin, r.record, r.modified, r.severity] as const;
      affected(...about, ranges, JSON.stringify(r.versions));
    },
    advisory: (r) => {
      const cvss = JSON.stringify(r.cvss.map(({ type, vector, score }) => [type, vector, score]));
      advisory(r.vulnerability, r.origin, r.record, r.modified, r.summary, JSON.stringify(r.aliases), cvss);
    },
    statement: (r) => statement(r.vulnerability, r.origin, JSON.stringify(r.statement)),
    exploited: (r) => exploited(r.vulnerability, r.origin, r.added, r.due, r.ransomware ? 1 : 0),
    probability: (r) => probability(r.vulnerability, r.origin, r.score, r.percentile),
    support: (r) => support(r.release, r.package, r.origin, r.state, r.version, r.date, r.note),
    lifetime: (r) => lifetime(r.release, r.origin, r.eol, r.lts),
  };
}

/** Short for the kinds of events, which the index has by the hundred thousand. */
export const eventLetters = { introduced: "i", fixed: "f", last_affected: "l", limit: "m" } as const;

function packedRange({ events, bound }: AffectedRow["ranges"][number]): unknown {
  const packed = events.flatMap(({ kind, version }) => [eventLetters[kind], version]);
  return bound === null ? packed : [...packed, bound.inclusive ? "<=" : "<", bound.version];
}

function gatherer(database: DatabaseSync, table: Gathered): (...values: SQLInputValue[]) => void {
  const { key, columns } = gathered[table];
  return inserter(database, `INSERT INTO gathered_${table}`, key.length + columns.length);
}

function replacer(database: DatabaseSync, table: string, width: number): (...values: SQLInputValue[]) => void {
  return inserter(database, `INSERT OR REPLACE INTO ${table}`, width);
}

function inserter(database: DatabaseSync, into: string, width: number): (...values: SQLInputValue[]) => void {
  const places = Array.from({ length: width }, () => "?").join(", ");
  const statement = database.prepare(`${into} VALUES (${places})`);
  return (...values) => {
    statement.run(...values);
  };
}
