import type { PackageIdentity } from "../../sbom/model.ts";
import type { Question, Subject } from "../ecosystem.ts";
import type { AdvisoryIndex } from "../index/read.ts";
import type { AffectedRange, AffectedRow } from "../index/schema.ts";
import { newestOfEach } from "../match/affected.ts";
import type { Origins } from "../match/origins.ts";
import { versionOrder } from "../version/order.ts";
import { rangeVerdict } from "../version/range.ts";
import type { Step } from "./model.ts";

/** What the steps are told from. */
interface RecordedCase {
  readonly one: PackageIdentity;
  readonly subject: Subject;
  readonly rows: readonly AffectedRow[];
  readonly origins: Origins;
}

/** The rows about a vulnerability, by any of its names, that the index has of a package. */
export function rowsAbout(
  names: ReadonlySet<string>,
  { subject, index }: { readonly subject: Subject; readonly index: AdvisoryIndex },
): readonly AffectedRow[] {
  return index.affected(subject.ecosystem, subject.name).filter((row) => {
    if (names.has(row.vulnerability) || names.has(row.record)) return true;
    return index
      .vulnerability(row.vulnerability)
      .advisories.some(({ aliases }) => aliases.some((alias) => names.has(alias)));
  });
}

/** How a package outside Debian was judged, step by step, up to its state. */
export function affectedSteps({
  question,
  ...about
}: Omit<RecordedCase, "subject"> & { readonly question: Question }): readonly Step[] {
  const { version, scheme } = question;
  const compare = versionOrder(scheme);
  const newest = new Set(newestOfEach(about.rows));
  return [
    packageStep({ ...about, subject: question }),
    ...about.rows.flatMap((row): readonly Step[] => {
      if (!newest.has(row)) return [recordStep(row, { ...about, note: " (another feed has it newer)" })];
      const verdict = rangeVerdict(version, row, compare);
      const fix = verdict.fixed === null ? "no fix is named" : `fixed in ${verdict.fixed}`;
      const result = verdict.affected ? `lies within: affected, ${fix}` : "lies outside: not affected";
      const comparison = { step: "comparison", text: `${version} ${result} (order of ${scheme})` } as const;
      return [recordStep(row, { ...about, note: "" }), comparison];
    }),
  ];
}

/** What the records say of a package whose version cannot be compared with them. */
export function recordedSteps(about: RecordedCase): readonly Step[] {
  return [packageStep(about), ...about.rows.map((row) => recordStep(row, { ...about, note: "" }))];
}

function packageStep({ one, subject }: RecordedCase): Step {
  const asked = subject.name === one.name ? "" : ` as ${subject.name}`;
  const text = `${one.name} ${one.version} is looked up${asked} among records of ${subject.ecosystem}`;
  return { step: "package", text };
}

function recordStep(
  row: AffectedRow,
  { origins, note }: Pick<RecordedCase, "origins"> & { readonly note: string },
): Step {
  const { source, asOf } = origins.reference(row);
  const said = [...row.ranges.map(rangeText), ...(row.versions.length === 0 ? [] : [listed(row.versions)])];
  const text = `${source} ${row.record} (data of ${asOf}): affected are ${said.join("; ") || "no versions"}${note}`;
  return { step: "record", text };
}

const words = { introduced: "from", fixed: "before", last_affected: "up to", limit: "before" } as const;

function rangeText({ events, bound }: AffectedRange): string {
  const points = events.map(({ kind, version }) => `${words[kind]} ${version === "0" ? "the first" : version}`);
  const end = bound === null ? [] : [`${bound.inclusive ? "up to" : "before"} ${bound.version}`];
  return [...points, ...end].join(" ");
}

function listed(versions: readonly string[]): string {
  const first = versions.slice(0, 5).join(", ");
  return versions.length > 5 ? `${first} and ${versions.length - 5} more` : first;
}
