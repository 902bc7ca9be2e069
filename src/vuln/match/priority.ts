import type { VulnerabilityRow } from "../index/schema.ts";
import type { Finding } from "../model.ts";
import type { Origins } from "./origins.ts";

/** What is known of whether a vulnerability is exploited. */
export type Priority = Pick<Finding, "epss" | "kev">;

/** What is said of a vulnerability that no list has. */
export const unknownPriority: Priority = { epss: null, kev: null };

/** What EPSS and KEV know of a vulnerability by each of its names, the first that they have. */
export function priorityOf(said: readonly VulnerabilityRow[], origins: Origins): Priority {
  const probability = said.find((one) => one.probability !== null)?.probability ?? null;
  const exploited = said.find((one) => one.exploited !== null)?.exploited ?? null;
  if (probability === null && exploited === null) return unknownPriority;
  return {
    epss:
      probability === null
        ? null
        : { score: probability.score, percentile: probability.percentile, asOf: origins.asOf(probability.origin) },
    kev: exploited === null ? null : { added: exploited.added, due: exploited.due, ransomware: exploited.ransomware },
  };
}
