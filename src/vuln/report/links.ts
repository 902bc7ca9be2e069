import type { Finding } from "../model.ts";

/** A page about a vulnerability, and whose it is. */
export interface VulnerabilityPage {
  readonly publisher: string;
  readonly url: string;
}

/** Where to read of the vulnerability or advisory with this id; null for an id of no known form. */
export function pageOf(id: string): VulnerabilityPage | null {
  if (/^CVE-\d{4}-\d{4,19}$/.test(id)) return { publisher: "NVD", url: `https://nvd.nist.gov/vuln/detail/${id}` };
  if (/^GHSA(-[0-9a-z]{4}){3}$/i.test(id)) return { publisher: "GitHub", url: `https://github.com/advisories/${id}` };
  if (/^(DSA|DLA|TEMP)-[0-9A-F]+-[0-9A-F]+$/.test(id)) return debianPage(id);
  if (/^(?=.{3,60}$)[A-Z]+(-[0-9A-Za-z.]+)+$/.test(id)) {
    return { publisher: "OSV", url: `https://osv.dev/vulnerability/${id}` };
  }
  return null;
}

/** The distribution's own page first where the package is Debian's, then those of the id and of all other names it has. */
export function pagesOf({ id, aliases, package: item, records }: Finding): readonly VulnerabilityPage[] {
  const debian = item.type === "deb" && /^CVE-\d{4}-\d{4,19}$/.test(id) ? [debianPage(id)] : [];
  const others = [id, ...aliases, ...records.map((record) => record.id)].flatMap((name) => pageOf(name) ?? []);
  return [...new Map([...debian, ...others].map((page) => [page.url, page])).values()];
}

function debianPage(id: string): VulnerabilityPage {
  return { publisher: "Debian", url: `https://security-tracker.debian.org/tracker/${id}` };
}
