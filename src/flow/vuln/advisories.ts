import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import type { Sbom } from "../../sbom/model.ts";
import type { ArchiveEvidence } from "../../vuln/archive/evidence.ts";
import { defaultIndexPath } from "../../vuln/index/place.ts";
import { type AdvisoryIndex, openAdvisoryIndex } from "../../vuln/index/read.ts";
import { baseOf, isTracker } from "../../vuln/match/debian/line.ts";
import { sourceOf } from "../../vuln/match/debian/matcher.ts";
import { type MatchOptions, match } from "../../vuln/match.ts";
import type { MatchResult } from "../../vuln/model.ts";
import type { PolicyName } from "../../vuln/policy.ts";
import { releaseOfImage } from "../../vuln/release.ts";
import type { Ports } from "../ports.ts";
import type { Scanned } from "../scan.ts";
import type { ComesWith } from "./comes-with.ts";
import { archiveEvidence, archiveEvidenceIfReached, type Doubts } from "./evidence.ts";
import { statementsOf } from "./statements.ts";
import type { VexRequest } from "./vex-request.ts";

/** The advisories at hand; null where there are none and only the archive itself can be asked. */
export interface OpenedAdvisories extends Disposable {
  readonly index: AdvisoryIndex | null;
}

/** How to match. */
export interface MatchRequest {
  readonly policy: PolicyName;
  /**
   * Whether to ask the Debian archive which fixes it has: `auto` does where the index has no recent word of the release's
   * security tracker.
   */
  readonly archive: "auto" | "always" | "never";
  readonly vex: VexRequest;
  /** How old the sources may be that an answer rests on, in milliseconds; null for any age. */
  readonly maxAge: number | null;
}

/** Opens the advisories the user names, a folder of feeds or an index, else the index `hardpan db` keeps. */
export async function openAdvisories(ports: Ports): Promise<OpenedAdvisories> {
  const path = await indexPath(ports);
  const index = path === null ? null : openAdvisoryIndex(path);
  return { index, [Symbol.dispose]: () => index?.close() };
}

async function indexPath(ports: Ports): Promise<string | null> {
  const { advisories, cache, signal, report } = ports;
  if (advisories === null) {
    const path = await defaultIndexPath(cache);
    return existsSync(path) ? path : null;
  }
  if ((await stat(advisories).catch(() => null))?.isFile() === true) return advisories;
  const progress = ({ number, files }: { readonly number: number; readonly files: number }) => {
    report.step(`importing advisories from ${advisories}`);
    report.advance(number - 1, files);
  };
  // What imports feeds is much to load where the index is there.
  const { ensureIndexFor } = await import("../../vuln/discover.ts");
  return await ensureIndexFor(advisories, cache, { now: ports.now(), signal, progress });
}

/** Matches a scanned image against the advisories and against the archive of its own release. */
export async function matchScanned(scanned: Scanned, advisories: OpenedAdvisories, ports: Ports): Promise<MatchResult> {
  const archive = await archiveEvidence(scanned.sbom, doubtsOf(scanned.sbom, advisories, ports), ports);
  return match(scanned.sbom, matchOptions({ advisories, archive, policy: "all" }, ports));
}

/** What is matched: what is in an image, and the VEX documents that come with it. */
export interface Subject {
  readonly sbom: Sbom;
  readonly comesWith: ComesWith;
}

/** What to match a bill of materials against. Throws VULN_TOO_OLD where a source it rests on is older than asked. */
export async function optionsFor(
  { sbom, comesWith }: Subject,
  { advisories, request }: { readonly advisories: OpenedAdvisories; readonly request: MatchRequest },
  ports: Ports,
): Promise<MatchOptions> {
  const isAsked =
    request.archive === "always" || (request.archive === "auto" && !hasFreshTracker(sbom, advisories, ports));
  const archive = isAsked ? await archiveEvidenceIfReached(sbom, doubtsOf(sbom, advisories, ports), ports) : null;
  const { index } = advisories;
  if (request.maxAge !== null) {
    const { requireFresh } = await import("../../vuln/age.ts");
    const { sourcesInUse } = await import("../../vuln/sources-in-use.ts");
    const sources = index === null ? null : sourcesInUse(sbom, index);
    if (sources === null || sources.length > 0) requireFresh(sources ?? [], request.maxAge, ports.now());
  }
  const about = { sbom, comesWith, index, request: request.vex, note: ports.report.note };
  const applyStatements = await statementsOf(about);
  const options = matchOptions({ advisories, archive, policy: request.policy }, ports);
  return applyStatements === undefined ? options : { ...options, applyStatements };
}

function matchOptions(
  about: {
    readonly advisories: OpenedAdvisories;
    readonly archive: ArchiveEvidence | null;
    readonly policy: PolicyName;
  },
  { now }: Ports,
): MatchOptions {
  const { index } = about.advisories;
  return {
    policy: about.policy,
    today: now().toISOString().slice(0, 10),
    ...(index === null ? {} : { index }),
    ...(about.archive === null ? {} : { archive: about.archive }),
  };
}

const day = 86_400_000;

/** Whether the tracker itself said, within a week, what holds in the release: then the archive has nothing to add. */
function hasFreshTracker(sbom: Sbom, { index }: OpenedAdvisories, { now }: Ports): boolean {
  const release = releaseOfImage(sbom.distribution);
  const base = index === null || release === null ? null : baseOf(index, release);
  if (base === null || !isTracker(base)) return false;
  return now().getTime() - Date.parse(base.asOf) < 7 * day;
}

/**
 * Issues of Debian packages that the index calls open though they matter: the changelogs of an archive newer than the index
 * may say that they are mended. Unimportant ones are never mended, so that no changelog names them.
 */
function doubtsOf(sbom: Sbom, advisories: OpenedAdvisories, ports: Ports): Doubts {
  const origins = advisories.index?.origins ?? [];
  return {
    data: origins.map(({ source, asOf, records, sha256 }) => `${source} ${asOf} ${records} ${sha256}`).join("\n"),
    doubted: () => {
      const { findings } = match(sbom, matchOptions({ advisories, archive: null, policy: "all" }, ports));
      const open = findings.filter(
        ({ package: { type }, state, severity }) => type === "deb" && state !== "fixed" && severity !== "negligible",
      );
      const bySource = Map.groupBy(open, (one) => sourceOf(one.package).name);
      return new Map([...bySource].map(([name, group]) => [name, new Set(group.map(({ id }) => id))]));
    },
  };
}
