import { stripBinNmu } from "../../../debian/version.ts";
import type { PackageIdentity, SourcePackage } from "../../../sbom/model.ts";
import type { ArchiveEvidence } from "../../archive/evidence.ts";
import type { DebianRow } from "../../index/schema.ts";
import type { Decision } from "../decision.ts";
import { unknownPriority } from "../priority.ts";
import { unspecified } from "../severity.ts";
import { type Description, decisionOf, described, type Known } from "./decision.ts";
import { type Judgement, judge } from "./judge.ts";
import { baseOf, type Context, governingLine, isTracker, type Line } from "./line.ts";
import { type Support, supportIn } from "./support.ts";

/** What the distribution's data says of one version of a source package. */
export interface SourceVerdict {
  readonly affected: readonly Decision[];
  /** Vulnerabilities that the data knows and that do not affect this version. */
  readonly settled: ReadonlySet<string>;
  /** What is known of any vulnerability of this source package apart from versions. */
  describe(vulnerability: string): Description;
}

/** How a verdict on one vulnerability came about. */
export interface Account {
  readonly context: Context;
  /** All that is said of it, in this release and in sid. */
  readonly rows: readonly DebianRow[];
  /** null where nothing decides. */
  readonly line: Line | null;
  readonly judgement: Judgement | null;
  readonly support: Support;
}

/** Judges source packages of one release of Debian. */
export interface DebianMatcher {
  /** Whether some source speaks of every vulnerability of the release. */
  readonly isCovered: boolean;
  verdict(source: SourcePackage): SourceVerdict;
  account(source: SourcePackage, vulnerability: string): Account;
}

/** What judges by. `today` is an ISO date. */
export interface DebianOptions extends Known {
  readonly archive?: ArchiveEvidence;
  readonly today: string;
}

/** The source package a binary package was built from; its own name and version, without binNMU, where it names none. */
export function sourceOf(one: PackageIdentity): SourcePackage {
  return one.source ?? { name: one.name, version: stripBinNmu(one.version) };
}

/** Judges source packages of `release` by the index and the newest versions the archive has. */
export function debianMatcher(release: string, options: DebianOptions): DebianMatcher {
  const { index, archive } = options;
  const base = baseOf(index, release);
  const supportOf = supportIn(release, options);
  const contextOf = (source: SourcePackage): Context => {
    return { source, release, base, released: archive?.newest.get(source.name) ?? null };
  };
  const ofSid = ({ name }: SourcePackage): readonly DebianRow[] =>
    isTracker(base) && release !== "sid" ? index.debian(name, "sid") : [];
  return {
    isCovered: base !== null,
    verdict(source) {
      const context = contextOf(source);
      const support = supportOf(source.name);
      const affected: Decision[] = [];
      const open = index.debianOpen(source.name, release, { installed: source.version, base: base?.id ?? null });
      const settled = new Set(open.settled);
      const inherited = ofSid(source).filter((row) => !settled.has(row.vulnerability));
      const grouped = Map.groupBy([...open.rows, ...inherited], (row) => row.vulnerability);
      for (const [vulnerability, group] of grouped) {
        const line = governingLine(group, context);
        if (line === null) continue;
        const judgement = judge(line, context);
        if (judgement === "settled") settled.add(vulnerability);
        if (judgement !== "affected" && judgement !== "unfixed") continue;
        affected.push(decisionOf(vulnerability, { line, judgement, support }, options));
      }
      return {
        affected,
        settled,
        describe: (vulnerability) => {
          const said = grouped.get(vulnerability)?.find((row) => row.release === release && row.origin === base?.id);
          return described(said, [index.vulnerability(vulnerability)], options.origins);
        },
      };
    },
    account(source, vulnerability) {
      const context = contextOf(source);
      const all = [...index.debian(source.name, release), ...ofSid(source)];
      const rows = all.filter((row) => row.vulnerability === vulnerability);
      const line = governingLine(rows, context);
      const judgement = line === null ? null : judge(line, context);
      return { context, rows, line, judgement, support: supportOf(source.name) };
    },
  };
}

/** What is said of source packages where there is no index. */
export const nothingKnown: SourceVerdict = {
  affected: [],
  settled: new Set(),
  describe: () => ({ ...unspecified, ...unknownPriority, cvss: [], summary: null }),
};
