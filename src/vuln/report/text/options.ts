import type { Terminal } from "./terminal.ts";

/** How the report is printed for a terminal. */
export interface TextOptions extends Terminal {
  /** Of each vulnerability all that is known: summary, ratings, records, rule, other names, statements. */
  readonly details?: boolean;
  /** The files that prove each package. */
  readonly locations?: boolean;
  /** EPSS scores in full, and the vulnerabilities of a package ordered by them. */
  readonly epss?: boolean;
  /** ISO 8601; what the ages of advisories are measured from. */
  readonly created: string;
}
