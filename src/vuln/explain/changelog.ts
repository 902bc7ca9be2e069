import type { PackageIdentity } from "../../sbom/model.ts";
import type { ArchiveEvidence, ChangelogFix } from "../archive/evidence.ts";
import type { Judgement } from "../match/debian/judge.ts";
import { sourceOf } from "../match/debian/matcher.ts";
import type { Finding } from "../model.ts";
import type { Step } from "./model.ts";

/** What the step is told from. `judgement` is what the records mean for the version, `finding` what all of it led to. */
export interface ChangelogCase {
  readonly one: PackageIdentity;
  readonly vulnerability: string;
  readonly archive: ArchiveEvidence | null;
  readonly judgement: Judgement | null;
  readonly finding: Finding | null;
}

/** What the changelog of the source package names; empty where it names nothing. */
export function changelogSteps({ one, vulnerability, archive, judgement, finding }: ChangelogCase): readonly Step[] {
  if (archive === null) return [];
  const source = sourceOf(one);
  const about = (fix: ChangelogFix) =>
    fix.source === source.name && fix.installed === source.version && fix.vulnerability === vulnerability;
  const day = archive.asOf.slice(0, 10);
  const mended = archive.mended.find(about);
  if (mended !== undefined) {
    const names = `the changelog in the archive of ${day} names the fix in ${mended.version}, which the installed version has`;
    return [{ step: "changelog", text: `${names}: ${whatItSettles(finding)}` }];
  }
  const fix = archive.fixes.find(about);
  if (fix === undefined) return [];
  const settled = judgement === "settled" ? ", but the records say that this version is not affected" : "";
  return [
    { step: "changelog", text: `the changelog of ${fix.version} in the archive of ${day} names the fix${settled}` },
  ];
}

function whatItSettles(finding: Finding | null): string {
  if (finding === null) return "newer than the records, it settles what they call open";
  return finding.state === "fixed" ? "but the records name a newer fix" : "but the records are as young";
}
