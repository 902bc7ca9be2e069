import { CodedError } from "../../../error.ts";
import { knowledgeNotes } from "../../../vuln/knowledge.ts";
import { match } from "../../../vuln/match.ts";
import type { MatchResult } from "../../../vuln/model.ts";
import { effectOf, withBase } from "../../../vuln/recommend/effect.ts";
import type {
  KnownBase,
  NotConsidered,
  Recommendation,
  RecommendationKind,
  Recommendations,
} from "../../../vuln/recommend/model.ts";
import { updateRecommendations } from "../../../vuln/recommend/updates.ts";
import type { Ports } from "../../ports.ts";
import { type Scanned, scanReference } from "../../scan.ts";
import { type MatchRequest, type OpenedAdvisories, openAdvisories, optionsFor, type Subject } from "../advisories.ts";
import { knownBase } from "./base.ts";
import { type Candidate, findCandidates } from "./candidates.ts";

/** What to recommend for. */
export interface RecommendRequest extends MatchRequest {
  readonly reference: string;
  readonly platform: string | null;
  readonly base: string | null;
  /** Only these; empty for all. */
  readonly only: readonly RecommendationKind[];
  /** A tag of the base to consider, in place of those found. */
  readonly tag: string | null;
}

/**
 * What could be done about an image's vulnerabilities, and how many each would remove, found by scanning what would stand in
 * place of its base. What cannot be reached is listed with the reason.
 */
export async function recommend(request: RecommendRequest, ports: Ports): Promise<Recommendations> {
  const scanned = await scanReference(
    request.reference,
    { platform: request.platform, base: request.base, vex: request.vex },
    ports,
  );
  using advisories = await openAdvisories(ports);
  const matching: Matching = { advisories, request, ports };
  const current = await matchOne(scanned, matching);
  const known = { advisories: current.advisories, vulnerabilities: current.counts };
  for (const note of knowledgeNotes(known)) ports.report.note(note);
  const base = knownBase(scanned.sbom);
  const wanted = (kind: RecommendationKind) => request.only.length === 0 || request.only.includes(kind);
  const { candidates, notConsidered } = await findCandidates(base, { scanned, request, wanted }, ports);
  const judged: (Recommendation | NotConsidered)[] = [];
  for (const candidate of candidates) judged.push(await judge(candidate, { scanned, current, base, matching }));
  const total = scanned.sbom.packages.length;
  const found = [
    ...judged.filter((one) => "vulnerabilities" in one),
    ...(wanted("packages") ? updateRecommendations(current, total) : []),
  ];
  return {
    schema: "hardpan/recommendations/1",
    image: scanned.sbom.image,
    base,
    policy: request.policy,
    advisories: current.advisories,
    vulnerabilities: current.counts,
    packages: total,
    size: scanned.facts.size.compressed,
    recommendations: found.toSorted((a, b) => b.removes - b.adds - (a.removes - a.adds)),
    notConsidered: [...notConsidered, ...judged.filter((one) => "reason" in one)],
  };
}

interface Matching {
  readonly advisories: OpenedAdvisories;
  readonly request: MatchRequest;
  readonly ports: Ports;
}

async function matchOne(subject: Subject, { advisories, request, ports }: Matching): Promise<MatchResult> {
  return match(subject.sbom, await optionsFor(subject, { advisories, request }, ports));
}

interface Current {
  readonly scanned: Scanned;
  readonly current: MatchResult;
  readonly base: KnownBase | null;
  readonly matching: Matching;
}

/** Scans a candidate and says what it would change; or why it cannot be scanned. */
async function judge(candidate: Candidate, about: Current): Promise<Recommendation | NotConsidered> {
  const { kind, reference, text } = candidate;
  const { scanned, current, base, matching } = about;
  const { ports } = matching;
  try {
    const other = await scanReference(
      reference,
      { platform: scanned.sbom.image.platform, vex: matching.request.vex },
      ports,
    );
    const replacement = await matchOne(other, matching);
    const whole = base?.namedBy === "the image itself";
    const effect = effectOf(current, withBase(current, { replacement, whole }));
    const own = whole ? 0 : scanned.sbom.packages.filter(({ fromBase }) => fromBase !== true).length;
    return {
      ...{ kind, reference, text, digest: other.sbom.image.digest },
      ...effect,
      packages: own + other.sbom.packages.length,
      size: other.facts.size.compressed,
      updates: [],
      notes: [...candidate.notes, ...other.notes],
    };
  } catch (cause) {
    ports.signal.throwIfAborted();
    if (!(cause instanceof CodedError)) throw cause;
    return { kind, reference, reason: cause.message };
  }
}
