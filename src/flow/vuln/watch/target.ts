import { createHash } from "node:crypto";
import { type FindingDifference, findingDifference, isSame } from "../../../vuln/watch/difference.ts";
import type { WatchChange, WatchReason } from "../../../vuln/watch/event.ts";
import { watchedFindings } from "../../../vuln/watch/finding.ts";
import { changedSources, type ScanBasis, type ScanCause, scanCauses } from "../../../vuln/watch/reason.ts";
import type { AdvisoryState, WatchPorts, WatchRequest, WatchScan } from "./ports.ts";
import type { WatchRecord } from "./record.ts";
import type { WatchTarget } from "./targets.ts";

/** What all references of a round have in common. */
export interface Round {
  readonly request: WatchRequest;
  readonly ports: WatchPorts;
  readonly advisories: AdvisoryState;
}

/** What became of a reference in a round; `difference` is set where it was scanned. */
export interface Looked {
  readonly outcome: "scanned" | "unchanged" | "failed" | "waiting";
  readonly difference?: FindingDifference;
}

/**
 * Looks whether there is a reason to scan a reference, and if so scans it, remembers what was found and tells what has
 * changed, in this order: a watch that is ended between two of them does not repeat itself.
 */
export async function lookAt(target: WatchTarget, { request, ports, advisories }: Round): Promise<Looked> {
  const [record, identity] = [await ports.recall(target.key), await ports.identify(target.reference)];
  const now = ports.now();
  const basis = { identity, data: advisories.data, vex: advisories.vex, day: now.toISOString().slice(0, 10) };
  if (record === null && target.isOld) {
    if (!request.dryRun) await ports.remember(target.key, { identity, changes: 0, scan: null, pending: [] });
    return { outcome: "unchanged" };
  }
  const causes = causesOf(record, basis);
  if (request.dryRun) {
    const { reference } = target;
    ports.emit({ schema: "hardpan/watch/1", event: "plan", at: now.toISOString(), reference, reasons: causes });
    return { outcome: "unchanged" };
  }
  if (causes.length === 0) return { outcome: "unchanged" };
  const scan = await ports.scan(target.reference, advisories);
  const change = changeOf({ target, record, scan, causes, at: now });
  await ports.remember(target.key, recordOf({ record, basis, scan, change, posts: ports.post !== null }));
  await ports.keep?.(scan.report);
  if (change.told) ports.emit(change.event);
  return { outcome: "scanned", difference: change.event };
}

/** Posts the changes of a reference that the webhook has not taken yet, as `record` has them. Throws where one is not taken. */
export async function postPending(target: WatchTarget, record: WatchRecord, ports: WatchPorts): Promise<void> {
  let { pending } = record;
  for (const change of record.pending) {
    await ports.post?.(change);
    pending = pending.filter(({ id }) => id !== change.id);
    await ports.remember(target.key, { ...record, pending });
  }
}

function causesOf(record: WatchRecord | null, now: ScanBasis): readonly ScanCause[] {
  if (record === null) return scanCauses(null, now);
  const { identity, scan } = record;
  // What was never scanned is of interest only when it stands for something else.
  if (scan === null) return identity === now.identity ? [] : ["digest"];
  return scanCauses({ identity, data: scan.data, vex: scan.vex, day: scan.day }, now);
}

interface Change {
  readonly event: WatchChange;
  /** Whether there is anything to tell. */
  readonly told: boolean;
}

function changeOf(about: {
  readonly target: WatchTarget;
  readonly record: WatchRecord | null;
  readonly scan: WatchScan;
  readonly causes: readonly ScanCause[];
  readonly at: Date;
}): Change {
  const { target, record, scan, causes, at } = about;
  const { image, policy, filters, advisories, vulnerabilities, findings } = scan.report;
  const before = record?.scan ?? null;
  const difference = findingDifference(before?.findings ?? [], { ...scan, findings });
  const reasons = causes.map((cause) => reasonOf(cause, before, scan));
  const { reference } = target;
  const told = causes.includes("first") || causes.includes("digest") || !isSame(difference);
  const what = { reference, reasons, image, ...difference };
  const id = createHash("sha256")
    .update(JSON.stringify([target.key, record?.changes ?? 0, what]))
    .digest("hex");
  const event: WatchChange = {
    schema: "hardpan/watch/1",
    event: "change",
    at: at.toISOString(),
    id: id.slice(0, 32),
    reference,
    reasons,
    image,
    policy,
    filters,
    advisories,
    vulnerabilities,
    previous: before?.vulnerabilities ?? null,
    ...difference,
  };
  return { event, told };
}

function reasonOf(kind: ScanCause, before: WatchRecord["scan"], { report }: WatchScan): WatchReason {
  switch (kind) {
    case "digest":
      return { kind, before: before?.digest ?? null, after: report.image.digest };
    case "data":
      return { kind, sources: changedSources(before?.advisories ?? [], report.advisories) };
    default:
      return { kind };
  }
}

/** Most changes of a reference that wait for the webhook; of more the oldest are given up. */
const mostPending = 16;

function recordOf(about: {
  readonly record: WatchRecord | null;
  readonly basis: ScanBasis;
  readonly scan: WatchScan;
  readonly change: Change;
  readonly posts: boolean;
}): WatchRecord {
  const { record, basis, change, posts } = about;
  const { identity, data, vex, day } = basis;
  const { image, advisories, findings, vulnerabilities } = about.scan.report;
  const isPosted = posts && change.told;
  const post = isPosted ? [{ id: change.event.id, body: JSON.stringify(change.event) }] : [];
  return {
    identity,
    changes: (record?.changes ?? 0) + (change.told ? 1 : 0),
    scan: {
      ...{ data, vex, day, digest: image.digest, vulnerabilities },
      advisories: advisories.map(({ source, asOf, records }) => ({ source, asOf, records })),
      findings: watchedFindings(findings).map((finding) => ({
        ...finding,
        aliases: [...finding.aliases],
        records: [...finding.records],
      })),
    },
    pending: [...(record?.pending ?? []), ...post].slice(-mostPending),
  };
}
