/** How long a release of Debian gets security fixes, by its line in `debian.csv` of the package distro-info-data. */
export interface ReleaseLifetime {
  /** The codename as archives write it: `trixie`. */
  readonly series: string;
  /** The last day (ISO date) of Debian's security team; null where none is set yet. */
  readonly eol: string | null;
  /** The last day of the long-term support team; null where none is set yet. */
  readonly lts: string | null;
}

/** The columns that are read. Ubuntu's list, which lies beside Debian's, has others. */
const columns = ["version", "codename", "series", "eol", "eol-lts"] as const;

/** A reader of the lines below `head`, the first one; null where that is not the head of Debian's list. */
export function lifetimeReader(head: string): ((line: string) => ReleaseLifetime | null) | null {
  const names = head.trim().split(",");
  if (!columns.every((column) => names.includes(column))) return null;
  return (line) => {
    const values = line.trim().split(",");
    const of = (column: (typeof columns)[number]) => values[names.indexOf(column)] ?? "";
    const [series, eol, lts] = [of("series"), of("eol"), of("eol-lts")];
    const isRead = series !== "" && [eol, lts].every((date) => date === "" || /^\d{4}-\d\d-\d\d$/.test(date));
    return isRead ? { series, eol: eol || null, lts: lts || null } : null;
  };
}

/** All releases of Debian's list; null for a text that is another, or has a line without a release or with a wrong date. */
export function parseLifetimes(text: string): readonly ReleaseLifetime[] | null {
  const [head = "", ...rest] = text.split("\n");
  const read = lifetimeReader(head);
  if (read === null) return null;
  const lifetimes = rest.filter((line) => line.trim() !== "").map(read);
  return lifetimes.includes(null) ? null : lifetimes.filter((lifetime) => lifetime !== null);
}
