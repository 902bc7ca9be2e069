import type { Finding, Severity } from "./model.ts";

/** What to narrow findings to; what is null or empty narrows nothing. */
export interface FindingFilter {
  readonly severities: readonly Severity[];
  /** Vulnerabilities by their id or an alias. */
  readonly ids: readonly string[];
  /** Regular expressions, one of which a package's name or package URL contains. */
  readonly packages: readonly RegExp[];
  /** Types of package URLs. */
  readonly types: readonly string[];
  readonly fixes: "fixed" | "unfixed" | null;
  readonly base: "only" | "ignore" | null;
  /** Only what CISA knows to be exploited. */
  readonly exploited: boolean;
  /** CVSS metrics, all of which one vector has: `AV:N`. */
  readonly metrics: readonly string[];
  /** Lowest EPSS score and percentile, from 0 to 1. */
  readonly epssScore: number | null;
  readonly epssPercentile: number | null;
  /** Only what the newest VEX statement that counts calls affected. */
  readonly vexAffected: boolean;
  readonly ignoreSuppressed: boolean;
}

/** A filter that lets everything pass. */
export const everything: FindingFilter = {
  severities: [],
  ids: [],
  packages: [],
  types: [],
  fixes: null,
  base: null,
  exploited: false,
  metrics: [],
  epssScore: null,
  epssPercentile: null,
  vexAffected: false,
  ignoreSuppressed: false,
};

/** Those of `findings` that pass all that `filter` asks, in their order. */
export function filterFindings(findings: readonly Finding[], filter: FindingFilter): readonly Finding[] {
  const { severities, ids, packages, types, fixes, base, metrics, epssScore, epssPercentile } = filter;
  const tests: readonly ((finding: Finding) => boolean)[] = [
    ...(severities.length > 0 ? [(one: Finding) => severities.includes(one.severity)] : []),
    ...(ids.length > 0 ? [(one: Finding) => [one.id, ...one.aliases].some((id) => ids.includes(id))] : []),
    ...(packages.length > 0 ? [(one: Finding) => packages.some((pattern) => isNamed(one, pattern))] : []),
    ...(types.length > 0 ? [(one: Finding) => types.includes(one.package.type)] : []),
    ...(fixes !== null ? [(one: Finding) => (one.state === "fixed") === (fixes === "fixed")] : []),
    ...(base !== null ? [(one: Finding) => (one.fromBase === true) === (base === "only")] : []),
    ...(filter.exploited ? [(one: Finding) => one.kev !== null] : []),
    ...(metrics.length > 0 ? [(one: Finding) => hasMetrics(one, metrics)] : []),
    ...(epssScore !== null ? [(one: Finding) => one.epss !== null && one.epss.score >= epssScore] : []),
    ...(epssPercentile !== null ? [(one: Finding) => one.epss !== null && one.epss.percentile >= epssPercentile] : []),
    ...(filter.vexAffected ? [isCalledAffected] : []),
    ...(filter.ignoreSuppressed ? [(one: Finding) => one.suppressed === null] : []),
  ];
  return tests.length === 0 ? findings : findings.filter((one) => tests.every((passes) => passes(one)));
}

function isNamed({ package: { name, purl } }: Finding, pattern: RegExp): boolean {
  return pattern.test(name) || pattern.test(purl);
}

function hasMetrics({ cvss }: Finding, metrics: readonly string[]): boolean {
  return cvss.some(({ vector }) => {
    const parts = vector.toUpperCase().split("/");
    return metrics.every((metric) => parts.includes(metric.toUpperCase()));
  });
}

/** The newest statement that counts decides; what nobody vouches for narrows nothing. */
function isCalledAffected({ statements }: Finding): boolean {
  return statements.find(({ trust }) => trust === "trusted")?.status === "affected";
}

/** What a filter asks, as the flags that say so. */
export function filterFlags(filter: FindingFilter): readonly string[] {
  const list = (flag: string, values: readonly string[]) =>
    values.length === 0 ? [] : [`--${flag} ${values.join(",")}`];
  const set = (flag: string, isSet: boolean) => (isSet ? [`--${flag}`] : []);
  const number = (flag: string, value: number | null) => (value === null ? [] : [`--${flag} ${value}`]);
  return [
    ...list("only-severity", filter.severities),
    ...list("only-cve-id", filter.ids),
    ...filter.packages.map(({ source }) => `--only-package ${source}`),
    ...list("only-package-type", filter.types),
    ...(filter.fixes === null ? [] : [`--only-${filter.fixes}`]),
    ...(filter.base === null ? [] : [filter.base === "only" ? "--only-base" : "--ignore-base"]),
    ...set("only-cisa-kev", filter.exploited),
    ...list("only-metric", filter.metrics),
    ...number("epss-score", filter.epssScore),
    ...number("epss-percentile", filter.epssPercentile),
    ...set("only-vex-affected", filter.vexAffected),
    ...set("ignore-suppressed", filter.ignoreSuppressed),
  ];
}
