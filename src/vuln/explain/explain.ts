import { identityOf, type Sbom, type SbomPackage } from "../../sbom/model.ts";
import { questionOf } from "../ecosystem.ts";
import type { AdvisoryIndex } from "../index/read.ts";
import { debianMatcher, sourceOf } from "../match/debian/matcher.ts";
import { originsOf } from "../match/origins.ts";
import { thirdParty } from "../match/third-party.ts";
import { type MatchOptions, match } from "../match.ts";
import type { Finding } from "../model.ts";
import { releaseOfImage } from "../release.ts";
import { affectedSteps, rowsAbout } from "./affected.ts";
import { debianSteps } from "./debian.ts";
import type { ExplainedPackage, Explanation, Step } from "./model.ts";
import { outcomeOf } from "./outcome.ts";

/**
 * Every step of what is decided about one vulnerability (its id or an alias) in each package of which a record speaks of
 * it. Throws VULN_INDEX_INVALID for an index that turns out to be damaged.
 */
export function explain(sbom: Sbom, vulnerability: string, options: MatchOptions): Explanation {
  const { findings, advisories } = match(sbom, { ...options, policy: "all" });
  const named = findings.filter((one) => one.id === vulnerability || one.aliases.includes(vulnerability));
  const ids = new Set([vulnerability, ...named.flatMap(({ id, aliases }) => [id, ...aliases])]);
  const look = looker(sbom, ids, options);
  const byPackage = Map.groupBy(named, (one) => one.package.purl);
  const seen = new Set<string>();
  const packages = sbom.packages.flatMap((one): readonly ExplainedPackage[] => {
    if (seen.has(one.purl)) return [];
    seen.add(one.purl);
    const found = explained(one, { look, finding: byPackage.get(one.purl)?.[0] ?? null, options });
    return found === null ? [] : [found];
  });
  const { policy } = options;
  return { schema: "hardpan/explain/1", image: sbom.image, vulnerability, policy, advisories, packages };
}

interface Looked {
  readonly steps: readonly Step[];
  readonly judgement: "not affected" | "undetermined";
}

type Look = (one: SbomPackage) => Looked | { readonly reason: string } | null;

function explained(
  one: SbomPackage,
  about: { readonly look: Look; readonly finding: Finding | null; readonly options: MatchOptions },
): ExplainedPackage | null {
  const { look, finding, options } = about;
  const looked = look(one);
  const identity = identityOf(one);
  if (looked === null && finding === null) return null;
  if (looked !== null && "reason" in looked) {
    const steps: readonly Step[] = [{ step: "result", text: `it is not matched: ${looked.reason}` }];
    return { package: identity, verdict: "not matched", steps, finding: null };
  }
  const steps = looked?.steps ?? [];
  if (finding !== null) {
    const outcome = outcomeOf(finding, options.policy);
    return { package: identity, ...outcome, steps: [...steps, ...outcome.steps] };
  }
  const verdict = looked?.judgement ?? "not affected";
  const result = verdict === "undetermined" ? "nobody has determined it yet: it does not count" : "it is not affected";
  return { package: identity, verdict, steps: [...steps, { step: "result", text: result }], finding: null };
}

/** Looks up what the records say of any of `ids` in a package; null where they say nothing. */
function looker(sbom: Sbom, ids: ReadonlySet<string>, options: MatchOptions): Look {
  const { index } = options;
  if (index === undefined) return () => null;
  const origins = originsOf(index);
  const release = releaseOfImage(sbom.distribution);
  const debian = release === null ? null : debianMatcher(release, { ...options, index, origins });
  return (one) => {
    if (one.type !== "deb") return lookAffected(one, { sbom, ids, index, origins });
    const source = sourceOf(one);
    const third = thirdParty(one);
    for (const id of ids) {
      if (debian === null) return null;
      const account = debian.account(source, id);
      const named =
        options.archive?.fixes.some((fix) => fix.source === source.name && fix.vulnerability === id) ?? false;
      if (account.rows.length === 0 && !named) continue;
      if (third !== null) return { reason: third };
      const { archive = null } = options;
      const steps = debianSteps({ one, vulnerability: id, distribution: sbom.distribution, account, origins, archive });
      const judgement = account.judgement === "undetermined" ? "undetermined" : "not affected";
      return { steps, judgement };
    }
    return null;
  };
}

function lookAffected(
  one: SbomPackage,
  about: {
    readonly sbom: Sbom;
    readonly ids: ReadonlySet<string>;
    readonly index: AdvisoryIndex;
    readonly origins: ReturnType<typeof originsOf>;
  },
): ReturnType<Look> {
  const { sbom, ids, index, origins } = about;
  const question = questionOf(one, sbom.distribution);
  if (question === null || "reason" in question) return null;
  const rows = [
    ...new Map(
      [...ids]
        .flatMap((id) => rowsAbout(id, { question, index }))
        .map((row) => [`${row.origin} ${row.record} ${row.vulnerability}`, row]),
    ).values(),
  ];
  if (rows.length === 0) return null;
  return { steps: affectedSteps({ one, question, rows, origins }), judgement: "not affected" };
}
