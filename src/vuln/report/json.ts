import type { ImageIdentity, PackageIdentity } from "../../sbom/model.ts";
import type { AdvisorySource, AppliedStatement, CvesReport, Finding, VulnerabilityCounts } from "../model.ts";

/** The report as `hardpan cves --format json` prints it: docs/schema/cves.schema.json. The order of members is always the same. */
export function renderJson(report: CvesReport): string {
  return `${JSON.stringify(reportJson(report), null, 2)}\n`;
}

/** The report as data, its members in the order they are printed in and no others. */
export function reportJson(report: CvesReport): CvesReport {
  const { schema, image, distribution, policy, policyEffects, filters, advisories } = report;
  const { findings, vulnerabilities, packages, base, notes } = report;
  return {
    schema,
    image: imageJson(image),
    distribution:
      distribution === null
        ? null
        : {
            id: distribution.id,
            versionId: distribution.versionId,
            codename: distribution.codename,
            prettyName: distribution.prettyName,
          },
    policy,
    policyEffects: policyEffects.map((effect) => ({
      rule: effect.rule,
      text: effect.text,
      findings: effect.findings,
    })),
    filters,
    advisories: advisories.map(advisorySourceJson),
    findings: findings.map(findingJson),
    vulnerabilities: countsJson(vulnerabilities),
    packages: {
      total: packages.total,
      notMatched: packages.notMatched.map(({ package: item, reason }) => ({ package: packageJson(item), reason })),
    },
    base:
      base === null
        ? null
        : {
            reference: base.reference,
            digest: base.digest,
            chainId: base.chainId,
            layers: base.layers,
            namedBy: base.namedBy,
          },
    notes,
  };
}

function imageJson({ reference, digest, platform }: ImageIdentity): ImageIdentity {
  return { reference, digest, platform };
}

function packageJson({ type, name, version, source, purl }: PackageIdentity): PackageIdentity {
  const built = source === null ? null : { name: source.name, version: source.version };
  return { type, name, version, source: built, purl };
}

function findingJson(finding: Finding): Finding {
  const { id, aliases, severity, severitySource, state, triage, fixedVersion, summary, rule } = finding;
  const { cvss, epss, kev, records, suppressed, statements, locations, fromBase } = finding;
  return {
    id,
    aliases,
    package: packageJson(finding.package),
    severity,
    severitySource,
    state,
    triage,
    fixedVersion,
    cvss: cvss.map(({ source, version, vector, score }) => ({ source, version, vector, score })),
    epss: epss === null ? null : { score: epss.score, percentile: epss.percentile, asOf: epss.asOf },
    kev: kev === null ? null : { added: kev.added, due: kev.due, ransomware: kev.ransomware },
    summary,
    records: records.map((record) => ({ source: record.source, id: record.id, asOf: record.asOf })),
    rule,
    suppressed:
      suppressed === null
        ? null
        : {
            by: suppressed.by,
            status: suppressed.status,
            justification: suppressed.justification,
            statement: suppressed.statement,
          },
    statements: statements.map(statementJson),
    locations,
    fromBase,
  };
}

function statementJson(said: AppliedStatement): AppliedStatement {
  const { by, status, justification, statement, timestamp, source, trust } = said;
  return { by, status, justification, statement, timestamp, source, trust };
}

function countsJson(counts: VulnerabilityCounts): VulnerabilityCounts {
  const { critical, high, medium, low, negligible, unspecified } = counts;
  const { total, fixable, unfixed, noDsa, suppressed, policy } = counts;
  return {
    ...{ critical, high, medium, low, negligible, unspecified },
    ...{ total, fixable, unfixed, noDsa, suppressed, policy },
  };
}

function advisorySourceJson({ source, asOf, checked, records, knowsUnfixed }: AdvisorySource): AdvisorySource {
  return { source, asOf, ...(checked === undefined ? {} : { checked }), records, knowsUnfixed };
}
