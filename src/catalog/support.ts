import type { ReleaseLifetime } from "../debian/lifetime.ts";
import type { ListedSupport, SupportLine } from "../debian/security-support.ts";

/** Who mends a version: its makers, Debian's security team, or Debian's long-term support team. */
export type SupporterName = "upstream" | "debian-security" | "debian-lts";

/** Somebody who mends a version on the day. */
export interface Supporter {
  readonly who: SupporterName;
  /** Its last day, an ISO date. */
  readonly until: string;
}

/** Who mends the version that an image is of, on a day. */
export interface Support {
  /** Whoever goes on longest stands first; empty where nobody does. */
  readonly by: readonly Supporter[];
  /** The package whose version it is; null where no package gives it. */
  readonly package: string | null;
  /** For which uses alone Debian mends it, in Debian's words; null where it does for all, or does not. */
  readonly limited: string | null;
  /** Why nobody does; null where somebody does. */
  readonly reason: string | null;
}

/** What Debian says of a release on a day. */
export interface DebianSupport {
  readonly lifetime: ReleaseLifetime;
  /** Of a source package, by the release's lists of security support. */
  listed(sourcePackage: string): ListedSupport<SupportLine>;
}

/** What a support question is answered from. */
export interface SupportQuestion {
  /** ISO date. */
  readonly today: string;
  /** The last day of its makers, as the definition says; null where it does not say. */
  readonly upstream: string | null;
  /** The package whose version it is; null where no package gives it. */
  readonly package: string | null;
  /**
   * What Debian says, and the source package that this is about; null where it has no part in the version, as that is from
   * elsewhere.
   */
  readonly debian: (DebianSupport & { readonly source: string }) | "unknown" | null;
}

/** The answer, and whether all that could give one was known. */
export type SupportAnswer =
  | { readonly kind: "known"; readonly support: Support }
  /** Nobody is known to mend it, and what else there may be is not known: `open` says what, in words. */
  | { readonly kind: "unknown"; readonly open: string; readonly reason: string | null };

/**
 * Says who mends a version: its makers until the day that the definition gives; Debian's security team until the release's
 * end of life and then its long-term team, unless the release's lists say that the source package gets no more fixes.
 */
export function supportOf(question: SupportQuestion): SupportAnswer {
  const { today, upstream } = question;
  const debian = debianPart(question);
  const makers: readonly Supporter[] =
    upstream !== null && today <= upstream ? [{ who: "upstream", until: upstream }] : [];
  const by = [...makers, ...debian.by].toSorted((a, b) => (a.until > b.until ? -1 : a.until < b.until ? 1 : 0));
  const about = { package: question.package, limited: debian.limited };
  if (by.length > 0) return { kind: "known", support: { by, ...about, reason: null } };
  if (!debian.isKnown) return { kind: "unknown", open: "what Debian says is not known", reason: null };
  if (upstream === null) {
    return { kind: "unknown", open: "dates.end-of-support does not say how long its makers do", reason: debian.reason };
  }
  const reason = [`its makers' support ended on ${upstream}`, ...(debian.reason === null ? [] : [debian.reason])];
  return { kind: "known", support: { by, ...about, reason: reason.join("; ") } };
}

interface DebianPart {
  readonly isKnown: boolean;
  readonly by: readonly Supporter[];
  readonly limited: string | null;
  readonly reason: string | null;
}

const nothing = { by: [], limited: null, reason: null };

function debianPart({ today, debian }: SupportQuestion): DebianPart {
  if (debian === null) return { ...nothing, isKnown: true };
  if (debian === "unknown") return { ...nothing, isKnown: false };
  const { source, lifetime } = debian;
  const { series, eol, lts } = lifetime;
  const { ended, limited } = debian.listed(source);
  if (ended !== null) {
    const since = ended.date === null ? "" : ` since ${ended.date}`;
    const why = ended.note === null ? "" : `: ${ended.note}`;
    return { ...nothing, isKnown: true, reason: `Debian does not support ${source}${since}${why}` };
  }
  // A release that is not out yet has no days.
  if (eol === null) return { ...nothing, isKnown: false };
  const supporter: Supporter | null =
    today <= eol
      ? { who: "debian-security", until: eol }
      : lts !== null && today <= lts
        ? { who: "debian-lts", until: lts }
        : null;
  if (supporter === null) {
    return { ...nothing, isKnown: true, reason: `Debian's support of ${series} ended on ${lts ?? eol}` };
  }
  const note = limited === null ? null : (limited.note ?? "for some uses only");
  return { isKnown: true, by: [supporter], limited: note, reason: null };
}
