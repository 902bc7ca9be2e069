import type { Sbom, SbomPackage } from "../../sbom/model.ts";
import type { ArchiveEvidence } from "../archive/evidence.ts";
import { questionOf } from "../ecosystem.ts";
import type { AdvisoryIndex } from "../index/read.ts";
import { releaseOfImage } from "../release.ts";
import { matchAffected } from "./affected.ts";
import { addArchiveFixes } from "./archive.ts";
import { type DebianMatcher, debianMatcher, nothingKnown, sourceOf } from "./debian/matcher.ts";
import type { Decision } from "./decision.ts";
import { originsOf } from "./origins.ts";
import { unmatchedDebian } from "./third-party.ts";

/** What is decided about a package: its vulnerabilities, or why the records do not speak of it. */
export type Outcome = { readonly decisions: readonly Decision[] } | { readonly reason: string };

/** What is decided by. `today` is an ISO date. */
export interface DeciderOptions {
  readonly index?: AdvisoryIndex;
  readonly archive?: ArchiveEvidence;
  readonly today: string;
}

/** Decides about packages of `sbom`; those of one source, and one package in many places, are decided once. */
export function createDecider(sbom: Sbom, options: DeciderOptions): (one: SbomPackage) => Outcome {
  const { index, archive } = options;
  const release = releaseOfImage(sbom.distribution);
  const origins = index === undefined ? null : originsOf(index);
  const debian: DebianMatcher | null =
    release === null || index === undefined || origins === null
      ? null
      : debianMatcher(release, { ...options, index, origins });
  const withData = new Map<string, boolean>();
  const hasData = (ecosystem: string): boolean => {
    const has = withData.get(ecosystem) ?? index?.hasEcosystem(ecosystem) === true;
    withData.set(ecosystem, has);
    return has;
  };
  const known = new Map<string, readonly Decision[]>();
  const once = (key: string, compute: () => readonly Decision[]): Outcome => {
    const decisions = known.get(key) ?? compute();
    known.set(key, decisions);
    return { decisions };
  };
  return (one) => {
    if (one.type === "deb") {
      const reason = unmatchedDebian(one, release);
      if (reason !== null) return { reason };
      const source = sourceOf(one);
      return once(`deb ${source.name} ${source.version}`, () => {
        const verdict = debian === null ? nothingKnown : debian.verdict(source);
        return addArchiveFixes(verdict, { source, ...(archive && { archive }) });
      });
    }
    const question = questionOf(one, sbom.distribution);
    if (question === null) return { decisions: [] };
    if ("reason" in question) return question;
    if (index === undefined || origins === null) return { decisions: [] };
    if (!hasData(question.ecosystem)) return { reason: `no imported data speaks of ${kindOf(question.ecosystem)}` };
    const { ecosystem, name, version } = question;
    if (ecosystem === "generic" && index.affected(ecosystem, name).length === 0) {
      return { reason: `no imported record names versions of ${name}` };
    }
    return once(`${ecosystem} ${name} ${version}`, () => matchAffected(question, { index, origins }));
  };
}

function kindOf(ecosystem: string): string {
  if (ecosystem === "generic") return "runtimes that no package owns";
  return ecosystem.startsWith("apk:") ? `Alpine ${ecosystem.slice(4)}` : `packages of the type ${ecosystem}`;
}
