import type { Sbom, SbomPackage } from "../../sbom/model.ts";
import { questionOf, subjectOf } from "../ecosystem.ts";
import type { AdvisoryIndex } from "../index/read.ts";
import { type Account, debianMatcher, sourceOf } from "../match/debian/matcher.ts";
import { type Origins, originsOf } from "../match/origins.ts";
import { unmatchedDebian } from "../match/third-party.ts";
import type { MatchOptions } from "../match.ts";
import type { Finding } from "../model.ts";
import { releaseOfImage, supportedReleases } from "../release.ts";
import { affectedSteps, recordedSteps, rowsAbout } from "./affected.ts";
import { changelogSteps } from "./changelog.ts";
import { debianSteps, sourceStep, unmatchedSteps } from "./debian.ts";
import type { Step, Verdict } from "./model.ts";

/** What the records say of a vulnerability in a package, step by step, and what it means where there is no finding. */
export interface Looked {
  readonly steps: readonly Step[];
  readonly verdict: Extract<Verdict, "not affected" | "undetermined" | "not matched">;
  /** Why the records do not speak of this package; null where they do. */
  readonly reason: string | null;
}

/** The vulnerability by all its names, and the finding it led to; null where it led to none. */
export interface LookedFor {
  readonly names: ReadonlySet<string>;
  readonly finding: Finding | null;
}

/** Looks up what the records say of a vulnerability in a package; null where they do not name it. */
export type Look = (one: SbomPackage, asked: LookedFor) => Looked | null;

/** Looks into the index and the archive of `options`. */
export function createLook(sbom: Sbom, options: MatchOptions): Look {
  const { index } = options;
  if (index === undefined) return (one, asked) => (one.type === "deb" ? lookArchive(one, asked, options) : null);
  const origins = originsOf(index);
  const debian = createDebianLook(sbom, { ...options, index, origins });
  return (one, asked) => (one.type === "deb" ? debian(one, asked) : lookAffected(one, asked, { sbom, index, origins }));
}

interface Known {
  readonly index: AdvisoryIndex;
  readonly origins: Origins;
}

function createDebianLook(sbom: Sbom, options: MatchOptions & Known): Look {
  const { distribution } = sbom;
  const { origins, archive = null } = options;
  const release = releaseOfImage(distribution);
  // Of an image that does not say its release, the records of any release tell that the package is one they speak of.
  const matchers = (release === null ? supportedReleases : [release]).map((one) => debianMatcher(one, options));
  const accountOf = (one: SbomPackage, vulnerability: string): Account | null => {
    const accounts = matchers.map((matcher) => matcher.account(sourceOf(one), vulnerability));
    return accounts.find(({ rows }) => rows.length > 0) ?? null;
  };
  return (one, { names, finding }) => {
    for (const vulnerability of names) {
      const account = accountOf(one, vulnerability);
      if (account === null) continue;
      const about = { one, vulnerability, distribution, account, origins, archive, finding };
      const reason = unmatchedDebian(one, release);
      if (reason !== null) return { steps: unmatchedSteps(about), verdict: "not matched", reason };
      const verdict = account.judgement === "undetermined" ? "undetermined" : "not affected";
      return { steps: debianSteps(about), verdict, reason: null };
    }
    return lookArchive(one, { names, finding }, options);
  };
}

/** What changelogs alone name, no record does. */
function lookArchive(one: SbomPackage, { names, finding }: LookedFor, { archive }: MatchOptions): Looked | null {
  if (archive === undefined) return null;
  for (const vulnerability of names) {
    const steps = changelogSteps({ one, vulnerability, archive, finding, judgement: null });
    if (steps.length > 0) return { steps: [sourceStep(one), ...steps], verdict: "not affected", reason: null };
  }
  return null;
}

function lookAffected(
  one: SbomPackage,
  { names }: LookedFor,
  { sbom, index, origins }: Known & { readonly sbom: Sbom },
): Looked | null {
  const subject = subjectOf(one, sbom.distribution);
  if (subject === null || "reason" in subject) return null;
  const rows = rowsAbout(names, { subject, index });
  if (rows.length === 0) return null;
  const question = questionOf(one, sbom.distribution);
  if (question === null) return null;
  if ("reason" in question) {
    const { reason } = question;
    return { steps: recordedSteps({ one, subject, rows, origins }), verdict: "not matched", reason };
  }
  return { steps: affectedSteps({ one, question, rows, origins }), verdict: "not affected", reason: null };
}
