import { identityOf, type SbomPackage } from "../../src/sbom/model.ts";
import type { Finding } from "../../src/vuln/model.ts";

/** A finding in a package: fixed, of medium severity, by one record, unless said otherwise. */
export function finding(id: string, one: SbomPackage, more: Partial<Finding> = {}): Finding {
  return {
    id,
    aliases: [],
    package: identityOf(one),
    severity: "medium",
    severitySource: "osv-debian",
    state: "fixed",
    triage: null,
    fixedVersion: "2",
    cvss: [],
    epss: null,
    kev: null,
    summary: null,
    records: [{ source: "osv-debian", id, asOf: "2026-01-10" }],
    rule: "debian-fixed",
    suppressed: null,
    statements: [],
    locations: one.locations,
    fromBase: one.fromBase,
    ...more,
  };
}
