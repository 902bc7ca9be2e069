import { compareDebianVersions, stripBinNmu } from "../../debian/version.ts";
import type { Distribution, PackageIdentity } from "../../sbom/model.ts";
import type { ArchiveEvidence } from "../archive/evidence.ts";
import type { DebianRow } from "../index/schema.ts";
import { triageOf } from "../match/debian/decision.ts";
import { highestFix, judgeRow, releasedVersion } from "../match/debian/judge.ts";
import { isTracker, type Line } from "../match/debian/line.ts";
import { type Account, sourceOf } from "../match/debian/matcher.ts";
import type { Origins } from "../match/origins.ts";
import type { Finding } from "../model.ts";
import { changelogSteps } from "./changelog.ts";
import type { Step } from "./model.ts";

/** What the steps are told from. */
export interface DebianCase {
  readonly one: PackageIdentity;
  readonly vulnerability: string;
  readonly distribution: Distribution | null;
  readonly account: Account;
  readonly origins: Origins;
  readonly archive: ArchiveEvidence | null;
  /** What it led to; null where the package is not affected. */
  readonly finding: Finding | null;
}

/** How a Debian package was judged, step by step, up to its state. */
export function debianSteps(about: DebianCase): readonly Step[] {
  const { one, account, distribution } = about;
  return [
    sourceStep(one),
    releaseStep(account, distribution),
    dataStep(about),
    ...account.rows.map((row) => recordStep(row, about)),
    ...(account.line === null ? [silence(about)] : lineSteps(account.line, about)),
    ...changelogSteps({ ...about, judgement: account.judgement }),
  ];
}

/** What the records say of a Debian package that they do not speak of, being another archive's. */
export function unmatchedSteps(about: DebianCase): readonly Step[] {
  return [
    sourceStep(about.one),
    ...about.account.rows.map((row): Step => ({ step: "record", text: recordText(row, about) })),
  ];
}

/** Which source package a package is built from. */
export function sourceStep(one: PackageIdentity): Step {
  const source = sourceOf(one);
  const built = `${one.name} ${one.version} is built from the source package ${source.name} ${source.version}`;
  if (one.source !== null) return { step: "package", text: built };
  const rebuilt = stripBinNmu(one.version) === one.version ? "" : `, without the mark of a binary rebuild`;
  return { step: "package", text: `${built}: it names no other${rebuilt}` };
}

function releaseStep({ context }: Account, distribution: Distribution | null): Step {
  const named = distribution?.codename ?? distribution?.versionId ?? "unknown";
  return { step: "release", text: `os-release says ${named}: release ${context.release} in the records` };
}

function dataStep({ account, origins }: DebianCase): Step {
  const { base, release } = account.context;
  if (base === null) {
    return {
      step: "data",
      text: `no source speaks of every vulnerability of release ${release}: only announced fixes are known`,
    };
  }
  const age = base.dated ? `of ${base.asOf.slice(0, 10)}` : `not dated, read from a file of ${base.asOf.slice(0, 10)}`;
  const inherits = isTracker(base) ? ", and of sid where it has no entry for the release" : "";
  const { source } = origins.reference({ origin: base.id, record: "" });
  return {
    step: "data",
    text: `${source} (${age}) speaks of every vulnerability of release ${release}${inherits}; later announcements count on top`,
  };
}

function recordStep(row: DebianRow, about: DebianCase): Step {
  const { account } = about;
  const counts = account.line !== null && (account.line.rows.includes(row) || account.line.repeated === row);
  const where = row.release === account.context.release ? "" : ` in ${row.release}`;
  const unused = counts ? "" : ` (${whyUnused(row, account)})`;
  return { step: "record", text: `${recordText(row, about)}${where}${unused}` };
}

function recordText(row: DebianRow, { origins }: DebianCase): string {
  const { source, asOf } = origins.reference(row);
  return `${source} ${row.record} (data of ${asOf}): ${saying(row)}`;
}

function saying(row: DebianRow): string {
  const from = row.introduced === null ? "" : ` from ${row.introduced} on`;
  const urgency = row.urgency === null ? "" : `, urgency ${row.urgency}`;
  const triage = row.triage === null ? "" : `, ${row.triage}`;
  const date = row.date === null ? "" : `, of ${row.date}`;
  const note = row.note === null ? "" : `: ${row.note}`;
  if (row.kind === "triage") return `the team's decision is ${row.triage}${date}${note}`;
  const state = {
    open: `open${from}`,
    resolved: `affected${from}, fixed in ${row.fixed}`,
    "not-affected": "not affected",
    undetermined: "not determined yet",
  }[row.state];
  return `${state}${urgency}${triage}${date}${note}`;
}

function whyUnused(row: DebianRow, { line, context }: Account): string {
  if (row.release !== context.release) return "there is an entry for the release itself";
  if (row.kind === "triage") return "the base has the team's decisions itself";
  if (row.kind === "advisory") return "the base is newer and has it in";
  if (row.origin !== context.base?.id) return "another source is the base";
  return line?.kind === "advisory" ? "a later announcement decides" : "it decides nothing";
}

function silence({ account, origins }: DebianCase): Step {
  return { step: "comparison", text: whyNothingDecides(account, origins) };
}

function whyNothingDecides({ rows, context }: Account, origins: Origins): string {
  const here = rows.filter((row) => row.release === context.release);
  if (rows.length === 0) return "no record names this source package in this release";
  if (here.length === 0) return "the release has no entry, and sid names no fix that it could lack";
  const base = context.base === null ? "no source" : origins.name(context.base.id);
  const missing = `${base}, which speaks of every vulnerability of the release, has no entry for it`;
  if (here.some((row) => row.kind === "advisory")) {
    return `the announcement is older than the base: ${missing}, so it does not affect the release any more`;
  }
  return `${missing}: it does not affect the release`;
}

function lineSteps(line: Line, about: DebianCase): readonly Step[] {
  const { context, judgement } = about.account;
  const installed = context.source.version;
  const compared = line.rows.flatMap((row): readonly Step[] => {
    if (row.fixed === null || row.state !== "resolved") return [];
    const order = compareDebianVersions(installed, row.fixed);
    const word = order < 0 ? "older than" : order === 0 ? "the same as" : "newer than";
    const result = judgeRow(row, installed) === "affected" ? "affected" : "not affected";
    return [{ step: "comparison", text: `${installed} is ${word} ${row.fixed} in dpkg's order: ${result}` }];
  });
  const inherited =
    line.kind === "sid"
      ? [{ step: "comparison", text: "the release has no entry of its own: what holds in sid holds here" } as const]
      : [];
  const open = judgement === "unfixed" && highestFix(line.rows) === null;
  return [
    ...inherited,
    ...compared,
    ...(open
      ? [{ step: "comparison", text: `without a fix every version is affected, ${installed} too` } as const]
      : []),
    ...releasedSteps(line, about),
    ...stateSteps(line, about),
  ];
}

function releasedSteps(line: Line, { account, archive }: DebianCase): readonly Step[] {
  const fix = highestFix(line.rows);
  const released = releasedVersion(line, account.context);
  if (fix === null || released === null || (account.judgement !== "affected" && account.judgement !== "unfixed"))
    return [];
  const told =
    account.context.released === null ? "the base" : `the archive of ${archive?.asOf.slice(0, 10) ?? "today"}`;
  const has = compareDebianVersions(fix, released) <= 0 ? "the fix can be had" : "the fix is not released yet";
  return [{ step: "released", text: `the newest version in the release is ${released} (${told}): ${has}` }];
}

function stateSteps(line: Line, { account, origins }: DebianCase): readonly Step[] {
  if (account.judgement !== "unfixed") return [];
  const triage = triageOf(line);
  const { ended, limited } = account.support;
  const steps: Step[] = [];
  if (triage !== null) {
    const said = line.repeated?.triage === triage ? origins.reference(line.repeated).source : "the record";
    steps.push({ step: "state", text: `Debian's team decided ${triage} (${said})` });
  }
  if (ended !== null) {
    const what =
      "package" in ended
        ? `security support of ${ended.package} ended on ${ended.date}`
        : `release ${ended.release} is past its end of life`;
    steps.push({ step: "state", text: `${what}: no fix will come` });
  }
  if (limited !== null)
    steps.push({ step: "state", text: `security support is limited: ${limited.note ?? "see the list"}` });
  return steps;
}
