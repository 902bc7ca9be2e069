import type { Finding } from "../model.ts";

/** A page about a vulnerability, and whose it is. */
export interface VulnerabilityPage {
  readonly publisher: string;
  /** What the publisher calls it: `CVE-2026-30100 at Debian`. */
  readonly title: string;
  readonly url: string;
}

/** Where to read of the vulnerability or advisory with this id; null for an id of no known form. */
export function pageOf(id: string): VulnerabilityPage | null {
  if (/^CVE-\d{4}-\d{4,19}$/.test(id)) return page(id, "NVD", "https://nvd.nist.gov/vuln/detail/");
  if (/^GHSA(-[0-9a-z]{4}){3}$/i.test(id)) return page(id, "GitHub", "https://github.com/advisories/");
  if (/^(DSA|DLA|TEMP)-[0-9A-F]+-[0-9A-F]+$/.test(id)) return debianPage(id);
  if (/^(?=.{3,60}$)(?!CVE-)[A-Z]+(-[0-9A-Za-z.]+)+$/.test(id)) {
    return page(id, "OSV", "https://osv.dev/vulnerability/");
  }
  return null;
}

/** The distribution's own page first where the package is Debian's, then those of the id and of all other names it has. */
export function pagesOf({ id, aliases, package: item, records }: Finding): readonly VulnerabilityPage[] {
  const debian = item.type === "deb" && /^CVE-\d{4}-\d{4,19}$/.test(id) ? [debianPage(id)] : [];
  const others = [id, ...aliases, ...records.map((record) => record.id)].flatMap((name) => pageOf(name) ?? []);
  return [...new Map([...debian, ...others].map((one) => [one.url, one])).values()];
}

function debianPage(id: string): VulnerabilityPage {
  return page(id, "Debian", "https://security-tracker.debian.org/tracker/");
}

function page(id: string, publisher: string, place: string): VulnerabilityPage {
  return { publisher, title: `${id} at ${publisher}`, url: `${place}${id}` };
}
