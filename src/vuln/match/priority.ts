import type { AdvisoryIndex } from "../index/read.ts";
import type { Finding } from "../model.ts";

/** What is known of whether a vulnerability is exploited. */
export type Priority = Pick<Finding, "epss" | "kev">;

/** A function that says what EPSS and KEV know of a vulnerability, by its id or an alias. */
export function priorities(
  index: AdvisoryIndex | undefined,
): (one: { readonly id: string; readonly aliases: readonly string[] }) => Priority {
  if (index === undefined) return () => ({ epss: null, kev: null });
  const dates = new Map(index.origins.map(({ id, asOf }) => [id, asOf.slice(0, 10)]));
  const known = new Map<string, Priority>();
  const look = (cve: string): Priority => {
    const { probability, exploited } = index.exploitation(cve);
    return {
      epss:
        probability === null
          ? null
          : {
              score: probability.score,
              percentile: probability.percentile,
              asOf: dates.get(probability.origin) ?? "",
            },
      kev: exploited === null ? null : { added: exploited.added, due: exploited.due, ransomware: exploited.ransomware },
    };
  };
  return ({ id, aliases }) => {
    let best: Priority = { epss: null, kev: null };
    for (const cve of [id, ...aliases].filter((name) => name.startsWith("CVE-"))) {
      const found = known.get(cve) ?? look(cve);
      known.set(cve, found);
      best = { epss: best.epss ?? found.epss, kev: best.kev ?? found.kev };
    }
    return best;
  };
}
