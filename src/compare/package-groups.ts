import type { PackageIdentity } from "../sbom/model.ts";
import { type Finding, severities } from "../vuln/model.ts";
import type { Comparison, RemovedFinding } from "./comparison.ts";
import { directionMarks, type Mark } from "./mark.ts";
import { byIdentity } from "./package-changes.ts";

/** A package that changed or has vulnerabilities, and what became of these. */
export interface PackageGroup {
  readonly mark: Mark;
  /** As the analysed image has it; a removed one as the baseline has it. */
  readonly package: PackageIdentity;
  /** The baseline's version where it is another. */
  readonly from: string | null;
  readonly removed: readonly RemovedFinding[];
  readonly added: readonly Finding[];
  readonly unchanged: readonly Finding[];
}

interface OpenGroup extends PackageGroup {
  readonly removed: RemovedFinding[];
  readonly added: Finding[];
  readonly unchanged: Finding[];
}

/**
 * The changes of a comparison by package: first those with new vulnerabilities, then those that lost some, then those that
 * keep theirs, then the rest; the worst of each first.
 */
export function packageGroups({ changes: { packages, vulnerabilities } }: Comparison): readonly PackageGroup[] {
  const [before, after] = [new Map<string, OpenGroup>(), new Map<string, OpenGroup>()];
  const all: OpenGroup[] = [];
  const open = (mark: Mark, item: PackageIdentity, from: string | null = null): OpenGroup => {
    const group: OpenGroup = { mark, package: item, from, removed: [], added: [], unchanged: [] };
    all.push(group);
    if (mark !== "+") before.set(keyOf(item, from ?? item.version), group);
    if (mark !== "-") after.set(keyOf(item, item.version), group);
    return group;
  };
  for (const item of packages.removed) open("-", item);
  for (const item of packages.added) open("+", item);
  for (const { package: item, from, direction } of packages.changed) open(directionMarks[direction], item, from);
  const groupOf = (groups: ReadonlyMap<string, OpenGroup>, { package: item }: Finding) =>
    groups.get(keyOf(item, item.version)) ?? open(" ", item);
  for (const finding of vulnerabilities.removed) groupOf(before, finding).removed.push(finding);
  for (const finding of vulnerabilities.added) groupOf(after, finding).added.push(finding);
  for (const finding of vulnerabilities.unchanged) groupOf(after, finding).unchanged.push(finding);
  return all
    .map((group) => ({ group, stage: stageOf(group), worst: worstOf(group) }))
    .toSorted(gravestFirst)
    .map(({ group }) => group);
}

/** What there is to say of a finding that is gone, beside the mark of its package. */
export function removalReason({ mark }: PackageGroup, { explanation, fixedVersion }: RemovedFinding): string {
  if (explanation.kind === "package-removed") return mark === "-" ? "" : explanation.text;
  if (explanation.kind !== "version-changed" || mark === "-") return explanation.text;
  return fixedVersion === null ? "not in this version" : `fixed in ${fixedVersion}`;
}

function keyOf({ type, name }: PackageIdentity, version: string): string {
  return `${type}\n${name}\n${version}`;
}

interface Ranked {
  readonly group: PackageGroup;
  readonly stage: number;
  readonly worst: number;
}

function gravestFirst(left: Ranked, right: Ranked): number {
  return (
    left.stage - right.stage ||
    left.worst - right.worst ||
    markOrder.indexOf(left.group.mark) - markOrder.indexOf(right.group.mark) ||
    byIdentity(left.group.package, right.group.package)
  );
}

const markOrder = "+↓↑~- ";

function stageOf({ added, removed, unchanged }: PackageGroup): number {
  const stages = [added, removed, unchanged];
  const first = stages.findIndex((findings) => findings.length > 0);
  return first === -1 ? stages.length : first;
}

function worstOf({ added, removed, unchanged }: PackageGroup): number {
  const ranks = [...added, ...removed, ...unchanged].map(({ severity }) => severities.indexOf(severity));
  return ranks.reduce((least, rank) => Math.min(least, rank), severities.length);
}
