/** Written to `PRAGMA user_version`; an index of another version is refused and must be imported again. */
export const indexVersion = 1;

/** Written to `PRAGMA application_id` ("HpAd"), so that another SQLite file is not mistaken for an index. */
export const indexApplication = 0x48704164;

/**
 * Tables of the index. Lists inside a row are JSON arrays. All that is known of a Debian source package in a release is one
 * row, an array of `debianColumns`: read and parsed at once, several times faster than as rows of its own.
 */
export const tables = `
  CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE origin(
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, format TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT,
    as_of TEXT NOT NULL, dated INTEGER NOT NULL, records INTEGER NOT NULL, knows_unfixed INTEGER NOT NULL);
  CREATE TABLE coverage(release TEXT NOT NULL, origin INTEGER NOT NULL, PRIMARY KEY(release, origin)) WITHOUT ROWID;
  CREATE TABLE debian(package TEXT, release TEXT, rows TEXT NOT NULL, PRIMARY KEY(package, release)) WITHOUT ROWID;
  CREATE TABLE npm(
    package TEXT NOT NULL, origin INTEGER NOT NULL, record TEXT NOT NULL, modified TEXT NOT NULL,
    severity TEXT, ranges TEXT NOT NULL, versions TEXT NOT NULL);
  CREATE TABLE advisory(
    vulnerability TEXT NOT NULL, origin INTEGER NOT NULL, record TEXT NOT NULL, modified TEXT NOT NULL,
    summary TEXT, aliases TEXT NOT NULL, cvss TEXT NOT NULL);
`;

/** Columns of a Debian row after package and release, in the order in which they are kept. */
export const debianColumns = [
  "vulnerability",
  "origin",
  "record",
  "kind",
  "state",
  "introduced",
  "fixed",
  "released",
  "urgency",
  "triage",
  "date",
] as const;

/** Where Debian rows are gathered while feeds are read. */
export const gathering = `CREATE TEMP TABLE gathered(package TEXT, release TEXT, ${debianColumns.join(", ")});`;

/** Run when all rows are in. */
export const finishing = `
  INSERT INTO debian
    SELECT package, release, json_group_array(json_array(${debianColumns.join(", ")}))
    FROM gathered GROUP BY package, release;
  INSERT INTO coverage SELECT DISTINCT release, origin FROM gathered WHERE kind = 'base';
  CREATE INDEX npm_package ON npm(package);
  CREATE INDEX advisory_vulnerability ON advisory(vulnerability);
`;

/** A file (or folder of one-record files) that was imported, as one source of advisories. */
export interface Origin {
  readonly id: number;
  /** `debian-security-tracker`, `osv-debian`, `debian-advisories`, `osv-npm`. */
  readonly source: string;
  /** Name of the reader that took it. */
  readonly format: string;
  readonly file: string;
  /** SHA-256 (hex) of the file as it is on disk; null for a folder. */
  readonly sha256: string | null;
  /** ISO 8601 date or time of the newest record. */
  readonly asOf: string;
  /** Whether `asOf` is known; false where the format has no dates and the file's time had to do. */
  readonly dated: boolean;
  readonly records: number;
  readonly knowsUnfixed: boolean;
}

/**
 * What one record says of one source package in one release. `kind`: `base` rows come from sources that speak of every
 * vulnerability of a release, `advisory` rows from announced fixes (DSA, DLA).
 */
export interface DebianRow {
  readonly package: string;
  readonly release: string;
  /** CVE id; the advisory's own id where it names none. */
  readonly vulnerability: string;
  readonly origin: number;
  readonly record: string;
  readonly kind: "base" | "advisory";
  readonly state: "open" | "resolved" | "not-affected" | "undetermined";
  /** First affected version; null for all before the fix. */
  readonly introduced: string | null;
  readonly fixed: string | null;
  /** Newest version the source saw in the release; null when it does not say. */
  readonly released: string | null;
  readonly urgency: string | null;
  readonly triage: "no-dsa" | "postponed" | "ignored" | "end-of-life" | null;
  /** ISO date of an advisory; null for base rows. */
  readonly date: string | null;
}

/** A range of affected versions as OSV events (OSV schema, `affected[].ranges[].events`), sorted as in the record. */
export interface SemverRange {
  readonly events: readonly RangeEvent[];
  /** Upper bound a record gives outside its events, such as GitHub's last known affected range. */
  readonly bound: { readonly inclusive: boolean; readonly version: string } | null;
}

/** One point on the version line. */
export interface RangeEvent {
  readonly kind: "introduced" | "fixed" | "last_affected" | "limit";
  readonly version: string;
}

/** What one OSV record says of one npm package. */
export interface NpmRow {
  readonly package: string;
  readonly origin: number;
  readonly record: string;
  readonly modified: string;
  /** The record's own word (`LOW`, `MODERATE`, `HIGH`, `CRITICAL`); null when absent. */
  readonly severity: string | null;
  readonly ranges: readonly SemverRange[];
  /** Versions listed one by one. */
  readonly versions: readonly string[];
}

/** What a record says of a vulnerability apart from packages. */
export interface AdvisoryRow {
  readonly vulnerability: string;
  readonly origin: number;
  readonly record: string;
  readonly modified: string;
  readonly summary: string | null;
  readonly aliases: readonly string[];
  readonly cvss: readonly { readonly type: string; readonly vector: string }[];
}
