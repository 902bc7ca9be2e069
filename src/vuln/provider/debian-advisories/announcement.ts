import type { IndexWriter } from "../../index/write.ts";
import { releaseOfCodename } from "../../release.ts";

/** One line of a DSA or DLA: in this release, this version of this source package mends these. */
export interface Announcement {
  readonly id: string;
  /** ISO date. */
  readonly date: string;
  readonly cves: readonly string[];
  /** `security update`, `regression update`…; empty when not known. */
  readonly title: string;
  readonly codename: string;
  readonly package: string;
  /** A version, or a state in angle brackets such as `<end-of-life>` or `<not-affected>`. */
  readonly version: string;
}

/**
 * Writes an announcement, one row for each CVE. One that names no CVE stands for itself when it is a security update;
 * regression and bug-fix updates are no vulnerabilities. States other than `<end-of-life>` and `<unfixed>` are passed over.
 */
export function writeAnnouncement(announcement: Announcement, origin: number, writer: IndexWriter): void {
  const { id, date, cves, title, codename, version } = announcement;
  const named = cves.filter((cve) => /^CVE-\d{4}-\d{4,}$/.test(cve));
  const vulnerabilities = named.length > 0 ? [...new Set(named)] : /security update/.test(title) ? [id] : [];
  const open = version === "<end-of-life>" || version === "<unfixed>";
  if (version.startsWith("<") && !open) return;
  for (const vulnerability of vulnerabilities) {
    writer.debian({
      package: announcement.package,
      release: releaseOfCodename(codename),
      vulnerability,
      origin,
      record: id,
      kind: "advisory",
      state: open ? "open" : "resolved",
      introduced: null,
      fixed: open ? null : version,
      released: null,
      urgency: null,
      triage: version === "<end-of-life>" ? "end-of-life" : null,
      date,
      note: null,
    });
  }
}
