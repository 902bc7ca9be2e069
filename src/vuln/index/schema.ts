import type { CvssVector } from "../cvss.ts";
import type { Triage } from "../model.ts";

/** Written to `PRAGMA user_version`; an index of another version is refused and must be imported again. */
export const indexVersion = 5;

/** Written to `PRAGMA application_id` ("HpAd"), so that another SQLite file is not mistaken for an index. */
export const indexApplication = 0x48704164;

/**
 * Tables of the index. All that is known of a package is one row, an array of arrays in the order of `columns`, and so is
 * all that is known of a vulnerability: read and parsed at once, several times faster than as rows of its own. Where rows are
 * often longer than a quarter of a page, a table keeps its rowid: without one they would be spread over pages of their own.
 */
export const tables = `
  CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE origin(
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, format TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT,
    as_of TEXT NOT NULL, dated INTEGER NOT NULL, checked TEXT, records INTEGER NOT NULL, knows_unfixed INTEGER NOT NULL);
  CREATE TABLE coverage(release TEXT NOT NULL, origin INTEGER NOT NULL, PRIMARY KEY(release, origin)) WITHOUT ROWID;
  CREATE TABLE debian(package TEXT, release TEXT, rows TEXT NOT NULL, PRIMARY KEY(package, release));
  CREATE TABLE affected(ecosystem TEXT, package TEXT, rows TEXT NOT NULL, PRIMARY KEY(ecosystem, package));
  CREATE TABLE vulnerability(id TEXT PRIMARY KEY, rows TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE statement(vulnerability TEXT PRIMARY KEY, rows TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE support(release TEXT, package TEXT, origin INTEGER NOT NULL, state TEXT NOT NULL, version TEXT, date TEXT,
    note TEXT, PRIMARY KEY(release, package, state)) WITHOUT ROWID;
  CREATE TABLE lifetime(release TEXT PRIMARY KEY, origin INTEGER NOT NULL, eol TEXT, lts TEXT) WITHOUT ROWID;
`;

/** What is gathered by key while feeds are read, and the columns of one value, in the order in which they are kept. */
export const gathered = {
  debian: {
    key: ["package", "release"],
    columns: [
      ...["vulnerability", "origin", "record", "kind", "state", "introduced", "fixed", "released", "urgency", "triage"],
      ...["date", "note"],
    ],
  },
  affected: {
    key: ["ecosystem", "package"],
    columns: ["vulnerability", "origin", "record", "modified", "severity", "ranges", "versions"],
  },
  advisory: {
    key: ["vulnerability"],
    columns: ["origin", "record", "modified", "summary", "aliases", "cvss"],
  },
  statement: { key: ["vulnerability"], columns: ["origin", "statement"] },
} as const;

/** A table whose values are gathered. */
export type Gathered = keyof typeof gathered;

/** Where the values of `table` are gathered. */
export function gathering(table: Gathered): string {
  const { key, columns } = gathered[table];
  return `CREATE TEMP TABLE gathered_${table}(${[...key, ...columns].join(", ")});`;
}

/** Columns that hold JSON already. */
const json: ReadonlySet<string> = new Set(["ranges", "versions", "aliases", "cvss", "statement"]);

/** Puts what was gathered for `table` in its place. Run when all rows are in. */
export function finishing(table: Gathered): string {
  const { key, columns } = gathered[table];
  const values = columns.map((column) => (json.has(column) ? `json(${column})` : column)).join(", ");
  return `INSERT INTO ${table}
    SELECT ${key.join(", ")}, json_group_array(json_array(${values})) FROM gathered_${table} GROUP BY ${key.join(", ")};`;
}

/** Where what is said once of a vulnerability is gathered, and what is said of it by many. */
export const gatheringVulnerabilities = `
  CREATE TEMP TABLE gathered_exploited(vulnerability TEXT PRIMARY KEY, origin, added, due, ransomware) WITHOUT ROWID;
  CREATE TEMP TABLE gathered_probability(vulnerability TEXT PRIMARY KEY, origin, score, percentile) WITHOUT ROWID;
  CREATE TEMP TABLE advisory(vulnerability TEXT PRIMARY KEY, rows TEXT NOT NULL) WITHOUT ROWID;
`;

/** Puts what is known of each vulnerability in one place. Run when advisories are finished. */
export const finishingVulnerabilities = `
  INSERT INTO vulnerability SELECT v, json_array(json(coalesce(a.rows, '[]')),
    json(CASE WHEN x.origin IS NULL THEN NULL ELSE json_array(x.origin, added, due, ransomware) END),
    json(CASE WHEN p.origin IS NULL THEN NULL ELSE json_array(p.origin, score, percentile) END))
  FROM (SELECT vulnerability AS v FROM advisory UNION SELECT vulnerability FROM gathered_exploited
    UNION SELECT vulnerability FROM gathered_probability)
  LEFT JOIN advisory a ON a.vulnerability = v LEFT JOIN gathered_exploited x ON x.vulnerability = v
  LEFT JOIN gathered_probability p ON p.vulnerability = v;
`;

/** Which origins speak of every vulnerability of which release. */
export const coverage =
  "INSERT INTO coverage SELECT DISTINCT release, origin FROM gathered_debian WHERE kind = 'base';";

/** A file (or folder of one-record files) that was imported, as one source of advisories. */
export interface Origin {
  readonly id: number;
  /** `debian-security-tracker`, `osv-debian`, `debian-advisories`, `osv-npm`, `cisa-kev`… */
  readonly source: string;
  /** Name of the reader that took it. */
  readonly format: string;
  readonly file: string;
  /** SHA-256 (hex) of the file as it is on disk; null for a folder. */
  readonly sha256: string | null;
  /** ISO 8601 date or time of the newest record. */
  readonly asOf: string;
  /** ISO 8601: when its publisher last said that this is what it has; null where that is not known. */
  readonly checked: string | null;
  /** Whether `asOf` is known; false where the format has no dates and the file's time had to do. */
  readonly dated: boolean;
  readonly records: number;
  readonly knowsUnfixed: boolean;
}

/**
 * What one record says of one source package in one release. `kind`: `base` rows come from sources that speak of every
 * vulnerability of a release, `advisory` rows from announced fixes (DSA, DLA), `triage` rows repeat what the distribution's
 * team decided about an open issue and say nothing else.
 */
export interface DebianRow {
  readonly package: string;
  readonly release: string;
  /** CVE id; the advisory's own id where it names none. */
  readonly vulnerability: string;
  readonly origin: number;
  readonly record: string;
  readonly kind: "base" | "advisory" | "triage";
  readonly state: "open" | "resolved" | "not-affected" | "undetermined";
  /** First affected version; null for all before the fix. */
  readonly introduced: string | null;
  readonly fixed: string | null;
  /** Newest version the source saw in the release; null when it does not say. */
  readonly released: string | null;
  readonly urgency: string | null;
  readonly triage: Triage | null;
  /** ISO date of an advisory or a decision; null for base rows. */
  readonly date: string | null;
  /** The team's words about its decision; null where there are none. */
  readonly note: string | null;
}

/**
 * What one record says of one package outside Debian. `ecosystem` is the type of its package URLs (`npm`, `pypi`, `golang`,
 * `cargo`, `maven`, `gem`, `composer`, `nuget`), `apk:3.20` for a release of Alpine (`apk:edge`), `generic` for runtimes that
 * no package owns, `dhi` and, by release, `dhi:deb:13` for packages of Docker Hardened Images. `package` is the name as
 * `Ecosystem.normalise` has it: `group:artifact` for Maven, `@scope/name` for npm, Go's in lower case, PyPI's by PEP 503.
 */
export interface AffectedRow {
  readonly ecosystem: string;
  readonly package: string;
  /** What the row is about: the record's own id, or the CVE where one record speaks of several. */
  readonly vulnerability: string;
  readonly origin: number;
  /** The record's id in its source. */
  readonly record: string;
  readonly modified: string;
  /** The record's own word (`LOW`, `MODERATE`, `HIGH`, `CRITICAL`); null when absent. */
  readonly severity: string | null;
  readonly ranges: readonly AffectedRange[];
  /** Versions listed one by one. */
  readonly versions: readonly string[];
}

/** A range of affected versions as OSV events (OSV schema, `affected[].ranges[].events`), sorted by version. */
export interface AffectedRange {
  readonly events: readonly RangeEvent[];
  /** Upper bound a record gives outside its events, such as GitHub's last known affected range. */
  readonly bound: { readonly inclusive: boolean; readonly version: string } | null;
}

/** One point on the version line. */
export interface RangeEvent {
  readonly kind: "introduced" | "fixed" | "last_affected" | "limit";
  readonly version: string;
}

/** What a record says of a vulnerability apart from packages. */
export interface AdvisoryRow {
  readonly vulnerability: string;
  readonly origin: number;
  readonly record: string;
  readonly modified: string;
  readonly summary: string | null;
  readonly aliases: readonly string[];
  readonly cvss: readonly CvssVector[];
}

/** All that is said of a vulnerability apart from packages; null where it is in no such list. */
export interface VulnerabilityRow {
  readonly advisories: readonly AdvisoryRow[];
  readonly exploited: ExploitedRow | null;
  readonly probability: ProbabilityRow | null;
}

/** A VEX statement of a feed, as JSON of the reader of VEX documents. */
export interface StatementRow {
  readonly vulnerability: string;
  readonly origin: number;
  readonly statement: unknown;
}

/** An entry of a catalogue of exploited vulnerabilities. Dates are ISO dates. */
export interface ExploitedRow {
  readonly vulnerability: string;
  readonly origin: number;
  readonly added: string;
  readonly due: string | null;
  readonly ransomware: boolean;
}

/** A probability of exploitation, both numbers from 0 to 1. */
export interface ProbabilityRow {
  readonly vulnerability: string;
  readonly origin: number;
  readonly score: number;
  readonly percentile: number;
}

/**
 * What a release of Debian says of its support of a source package. `package` may be a regular expression that matches the
 * whole name (`golang.*`); `supported` takes a package out of such an expression. `version` is the last one with support, `date` (ISO) the day it ended or will end.
 */
export interface SupportRow {
  readonly release: string;
  readonly package: string;
  readonly origin: number;
  readonly state: "ended" | "limited" | "supported";
  readonly version: string | null;
  readonly date: string | null;
  readonly note: string | null;
}

/** How long a release of Debian gets security support: by its own team (`eol`) and by its long-term one (`lts`); ISO dates. */
export interface LifetimeRow {
  readonly release: string;
  readonly origin: number;
  readonly eol: string | null;
  readonly lts: string | null;
}
