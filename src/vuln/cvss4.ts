/** What computes the base score of a CVSS 4.0 vector; null for what is none, or lacks a base metric. */
export type Cvss4Scorer = (vector: string) => number | null;

const prefix = "CVSS:4.0/";

/** The base metrics and their values (FIRST, CVSS v4.0 §2). */
const base: Readonly<Record<string, string>> = {
  AV: "NALP",
  AC: "LH",
  AT: "NP",
  PR: "NLH",
  UI: "NPA",
  VC: "HLN",
  VI: "HLN",
  VA: "HLN",
  SC: "HLN",
  SI: "HLN",
  SA: "HLN",
};

/**
 * A scorer of CVSS 4.0 vectors by their base metrics (CVSS-B, FIRST, CVSS v4.0 §8), as `cvssBaseScore` does for other
 * versions: threat and environmental metrics do not change it. Its tables take a while to load; each vector is computed once.
 */
export async function loadCvss4(): Promise<Cvss4Scorer> {
  const { default: calculator } = await import("ae-cvss-calculator");
  const known = new Map<string, number>();
  return (vector) => {
    const metrics = baseOf(vector);
    if (metrics === null) return null;
    const score = known.get(metrics) ?? new calculator.Cvss4P0(metrics).calculateScores().overall;
    known.set(metrics, score);
    return score;
  };
}

/** `vector` with its base metrics only, in the specification's order; null when one is missing, repeated or unknown. */
function baseOf(vector: string): string | null {
  if (!vector.startsWith(prefix) || vector.length > 500) return null;
  const given = new Map<string, string>();
  for (const part of vector.slice(prefix.length).split("/")) {
    const [metric = "", value = ""] = part.split(":");
    if (given.has(metric)) return null;
    given.set(metric, value);
  }
  const parts = Object.entries(base).map(([metric, values]) => {
    const value = given.get(metric) ?? "";
    return value.length === 1 && values.includes(value) ? `${metric}:${value}` : null;
  });
  return parts.includes(null) ? null : prefix + parts.join("/");
}
