import type { Severity } from "./model.ts";

/** A CVSS vector as a record gives it: OSV's type (`CVSS_V2`, `CVSS_V3`, `CVSS_V4`) and the vector. */
export interface CvssVector {
  readonly type: string;
  readonly vector: string;
  /** The base score; null where it cannot be computed. */
  readonly score: number | null;
}

/**
 * The base score, 0.0 to 10.0, of a CVSS 2.0, 3.0 or 3.1 vector (FIRST, CVSS v3.1 §7.1, v2 §3.2.1). null for CVSS 4.0,
 * which is kept but not scored, and for a vector that lacks a base metric or has an unknown value.
 */
export function cvssBaseScore(vector: string): number | null {
  const metrics = parseMetrics(vector);
  if (/^CVSS:3\.[01]\//.test(vector)) return version3(metrics);
  if (/^(CVSS:2\.0\/)?AV:/.test(vector)) return version2(metrics);
  return null;
}

/** The word for a base score (CVSS v3.1 §5): 9.0 critical, 7.0 high, 4.0 medium, above 0 low; `negligible` for 0. */
export function severityOfScore(score: number): Severity {
  if (score >= 9) return "critical";
  if (score >= 7) return "high";
  if (score >= 4) return "medium";
  return score > 0 ? "low" : "negligible";
}

type Metrics = ReadonlyMap<string, string>;

function parseMetrics(vector: string): Metrics {
  const metrics = new Map<string, string>();
  for (const part of vector.split("/")) {
    const colon = part.indexOf(":");
    if (colon > 0) metrics.set(part.slice(0, colon), part.slice(colon + 1));
  }
  return metrics;
}

function weights(
  metrics: Metrics,
  tables: Readonly<Record<string, Readonly<Record<string, number>>>>,
): Map<string, number> | null {
  const found = new Map<string, number>();
  for (const [metric, values] of Object.entries(tables)) {
    const letter = metrics.get(metric) ?? "";
    const weight = Object.hasOwn(values, letter) ? values[letter] : undefined;
    if (weight === undefined) return null;
    found.set(metric, weight);
  }
  return found;
}

const impact3 = { H: 0.56, L: 0.22, N: 0 };
const base3 = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  UI: { N: 0.85, R: 0.62 },
  C: impact3,
  I: impact3,
  A: impact3,
};
const privileges = { unchanged: { N: 0.85, L: 0.62, H: 0.27 }, changed: { N: 0.85, L: 0.68, H: 0.5 } };

function version3(metrics: Metrics): number | null {
  const scope = metrics.get("S");
  if (scope !== "U" && scope !== "C") return null;
  const w = weights(metrics, { ...base3, PR: scope === "C" ? privileges.changed : privileges.unchanged });
  if (w === null) return null;
  const weight = (metric: string) => w.get(metric) ?? 0;
  const iss = 1 - (1 - weight("C")) * (1 - weight("I")) * (1 - weight("A"));
  const impact = scope === "U" ? 6.42 * iss : 7.52 * (iss - 0.029) - 3.25 * (iss - 0.02) ** 15;
  if (impact <= 0) return 0;
  const exploitability = 8.22 * weight("AV") * weight("AC") * weight("PR") * weight("UI");
  return roundUp(Math.min((scope === "U" ? 1 : 1.08) * (impact + exploitability), 10));
}

/** CVSS v3.1 Appendix A: up to one decimal, computed on integers so that 4.000000001 does not become 4.1. */
function roundUp(value: number): number {
  const scaled = Math.round(value * 100_000);
  return scaled % 10_000 === 0 ? scaled / 100_000 : (Math.floor(scaled / 10_000) + 1) / 10;
}

const impact2 = { N: 0, P: 0.275, C: 0.66 };
const base2 = {
  AV: { L: 0.395, A: 0.646, N: 1 },
  AC: { H: 0.35, M: 0.61, L: 0.71 },
  Au: { M: 0.45, S: 0.56, N: 0.704 },
  C: impact2,
  I: impact2,
  A: impact2,
};

function version2(metrics: Metrics): number | null {
  const w = weights(metrics, base2);
  if (w === null) return null;
  const weight = (metric: string) => w.get(metric) ?? 0;
  const impact = 10.41 * (1 - (1 - weight("C")) * (1 - weight("I")) * (1 - weight("A")));
  const exploitability = 20 * weight("AV") * weight("AC") * weight("Au");
  const score = (0.6 * impact + 0.4 * exploitability - 1.5) * (impact === 0 ? 0 : 1.176);
  return Math.round(score * 10) / 10;
}
