import { printable } from "../../sbom/list.ts";
import { severities, type VulnerabilityCounts } from "../model.ts";
import type { ChangedFinding, RemovalCause } from "./difference.ts";
import type { WatchChange, WatchEvent, WatchFailure, WatchReason, WatchRound } from "./event.ts";
import type { WatchedFinding } from "./finding.ts";
import type { ChangedSource, ScanCause } from "./reason.ts";

/** Most findings that are listed of each kind; JSON has all. */
const mostListed = 20;

/** A watch event as a person reads it, whole lines. */
export function watchEventText(event: WatchEvent): string {
  const time = event.at.slice(0, 19).replace("T", " ");
  const lines = linesOf(event);
  return `${[`${time}  ${lines[0]}`, ...lines.slice(1).map((line) => `  ${line}`)].map(printable).join("\n")}\n`;
}

function linesOf(event: WatchEvent): readonly [string, ...string[]] {
  switch (event.event) {
    case "change":
      return changeLines(event);
    case "failure":
      return failureLines(event);
    case "plan":
      return [
        event.reasons.length === 0
          ? `${event.reference}: nothing has changed`
          : `${event.reference}: would be scanned: ${event.reasons.map((reason) => planWords[reason]).join(", ")}`,
      ];
    case "round":
      return [roundLine(event)];
  }
}

const planWords: Readonly<Record<ScanCause, string>> = {
  first: "nothing is known of it",
  digest: "new digest",
  data: "new advisories",
  vex: "other VEX documents",
  day: "scanned on another day",
};

function changeLines(change: WatchChange): readonly [string, ...string[]] {
  const { reference, reasons, vulnerabilities, added, changed, removed } = change;
  return [
    `${reference}: ${reasons.map(reasonText).join(", ")}`,
    `${countsText(vulnerabilities)}: ${added.length} new, ${changed.length} changed, ${removed.length} gone`,
    ...listed(added, (finding) => `+ ${findingText(finding)}, ${fixText(finding.fixedVersion)}`),
    ...listed(changed, (finding) => `~ ${findingText(finding)}, ${changeText(finding)}`),
    ...listed(removed, (finding) => `- ${findingText(finding)}, ${removalWords[finding.cause]}`),
  ];
}

function reasonText(reason: WatchReason): string {
  switch (reason.kind) {
    case "first":
      return "first scan";
    case "digest":
      return `new digest ${reason.after?.slice(0, 19) ?? "unknown"}`;
    case "data":
      return reason.sources.length === 0
        ? "advisories imported anew"
        : `new data of ${reason.sources.map(sourceText).join(", ")}`;
    case "vex":
      return planWords.vex;
    case "day":
      return planWords.day;
  }
}

function sourceText({ source, before, after }: ChangedSource): string {
  if (after === null) return `${source} (no longer there)`;
  return before === null ? `${source} (new, ${after.asOf})` : `${source} (${after.asOf})`;
}

function countsText(counts: VulnerabilityCounts): string {
  const parts = severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => `${counts[severity]} ${severity}`);
  const { total, fixable } = counts;
  if (total === 0) return "no vulnerabilities";
  return `${total} ${total === 1 ? "vulnerability" : "vulnerabilities"} (${parts.join(", ")}; ${fixable} fixable)`;
}

function listed<Item>(items: readonly Item[], text: (item: Item) => string): readonly string[] {
  const more = items.length - mostListed;
  return [...items.slice(0, mostListed).map(text), ...(more > 0 ? [`… and ${more} more; JSON lists all`] : [])];
}

function findingText({ id, severity, package: of, records }: WatchedFinding): string {
  const sources = [...new Set(records.map(({ source }) => source))].join(", ");
  return `${id} ${severity} in ${of.name} ${of.version}${sources === "" ? "" : ` by ${sources}`}`;
}

function fixText(fixedVersion: string | null): string {
  return fixedVersion === null ? "no fix" : `fixed in ${fixedVersion}`;
}

function changeText({ before, severity, state, fixedVersion }: ChangedFinding): string {
  return [
    ...(before.severity === severity ? [] : [`was ${before.severity}`]),
    ...(before.fixedVersion === fixedVersion
      ? []
      : [`${fixText(fixedVersion)} now, ${fixText(before.fixedVersion)} before`]),
    ...(before.state === state ? [] : [`${state} now, ${before.state} before`]),
  ].join(", ");
}

const removalWords: Readonly<Record<RemovalCause, string>> = {
  suppressed: "suppressed by a VEX statement",
  "package-removed": "the package is gone",
  "version-changed": "the package has another version",
  "data-changed": "the advisories no longer say so",
};

function failureLines({
  reference,
  what,
  code,
  message,
  hint,
  failures,
  retryAt,
}: WatchFailure): readonly [string, ...string[]] {
  const times = failures === 1 ? "" : `, ${failures} times in a row`;
  const about = reference === null ? failureWords[what] : `${reference}: ${failureWords[what]}`;
  return [
    `${about}: ${message} (${code}${times})`,
    ...(hint === null ? [] : [`hint: ${hint}`]),
    `tried again after ${retryAt.slice(0, 19).replace("T", " ")}`,
  ];
}

const failureWords: Readonly<Record<WatchFailure["what"], string>> = {
  scan: "cannot be scanned",
  list: "its tags cannot be listed",
  update: "the advisories cannot be updated",
  advisories: "the advisories cannot be used",
  webhook: "the webhook did not take the change",
};

function roundLine(round: WatchRound): string {
  const { references, scanned, unchanged, failed, waiting, added, changed, removed } = round;
  const parts = [
    `${scanned} scanned`,
    `${unchanged} unchanged`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(waiting > 0 ? [`${waiting} left alone after failures`] : []),
  ];
  const found = scanned === 0 ? "" : `: ${added} new, ${changed} changed, ${removed} gone`;
  return `${references} ${references === 1 ? "reference" : "references"}, ${parts.join(", ")}${found}`;
}
