import type { Distribution, Sbom, SbomPackage } from "../../sbom/model.ts";
import type { ArchiveEvidence } from "../archive/evidence.ts";
import { questionOf } from "../ecosystem.ts";
import type { AdvisoryIndex } from "../index/read.ts";
import { releaseOfImage } from "../release.ts";
import { matchAffected } from "./affected.ts";
import { addArchiveFixes } from "./archive.ts";
import { debianMatcher, nothingKnown, sourceOf } from "./debian/matcher.ts";
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

/** Decides about one package. */
export type Decide = (one: SbomPackage) => Outcome;

/** Decides about packages of `sbom`; those of one source, and one package in many places, are decided once. */
export function createDecider(sbom: Sbom, options: DeciderOptions): Decide {
  const debian = debianDecider(sbom.distribution, options);
  const other = otherDecider(sbom.distribution, options);
  return (one) => (one.type === "deb" ? debian(one) : other(one));
}

const nothing: Outcome = { decisions: [] };

function debianDecider(distribution: Distribution | null, options: DeciderOptions): Decide {
  const { index, archive } = options;
  const release = releaseOfImage(distribution);
  const matcher =
    release === null || index === undefined
      ? null
      : debianMatcher(release, { ...options, index, origins: originsOf(index) });
  const isSilent = matcher?.isCovered === false && archive === undefined;
  const once = createMemory<readonly Decision[]>();
  return (one) => {
    const reason = unmatchedDebian(one, release);
    if (reason !== null) return { reason };
    const source = sourceOf(one);
    const decisions = once(`${source.name} ${source.version}`, () => {
      const verdict = matcher === null ? nothingKnown : matcher.verdict(source);
      return addArchiveFixes(verdict, { source, ...(archive && { archive }) });
    });
    if (isSilent && decisions.length === 0) return { reason: `no imported data speaks of Debian ${release}` };
    return { decisions };
  };
}

function otherDecider(distribution: Distribution | null, { index }: DeciderOptions): Decide {
  const origins = index === undefined ? null : originsOf(index);
  const hasData = createMemory<boolean>();
  const once = createMemory<readonly Decision[]>();
  return (one) => {
    const question = questionOf(one, distribution);
    if (question === null) return nothing;
    if ("reason" in question) return question;
    const { ecosystem, name, version } = question;
    if (index === undefined || origins === null || !hasData(ecosystem, () => index.hasEcosystem(ecosystem))) {
      return { reason: `no imported data speaks of ${kindOf(ecosystem)}` };
    }
    if (ecosystem === "generic" && index.affected(ecosystem, name).length === 0) {
      return { reason: `no imported record names versions of ${name}` };
    }
    return { decisions: once(`${ecosystem} ${name} ${version}`, () => matchAffected(question, { index, origins })) };
  };
}

/** A function that computes what belongs to a key once. */
function createMemory<Value>(): (key: string, compute: () => Value) => Value {
  const known = new Map<string, Value>();
  return (key, compute) => {
    const value = known.get(key) ?? compute();
    known.set(key, value);
    return value;
  };
}

function kindOf(ecosystem: string): string {
  if (ecosystem === "generic") return "runtimes that no package owns";
  return ecosystem.startsWith("apk:") ? `Alpine ${ecosystem.slice(4)}` : `packages of the type ${ecosystem}`;
}
