import type { PackageIdentity } from "../../sbom/model.ts";
import type { Question } from "../ecosystem.ts";
import type { AdvisoryIndex } from "../index/read.ts";
import type { AffectedRange, AffectedRow } from "../index/schema.ts";
import { newestOfEach } from "../match/affected.ts";
import type { Origins } from "../match/origins.ts";
import { versionOrder } from "../version/order.ts";
import { rangeVerdict } from "../version/range.ts";
import type { Step } from "./model.ts";

/** What the steps are told from. */
export interface AffectedCase {
  readonly one: PackageIdentity;
  readonly question: Question;
  readonly rows: readonly AffectedRow[];
  readonly origins: Origins;
}

/** The rows about a vulnerability, by its id or an alias, that the index has of a package. */
export function rowsAbout(
  vulnerability: string,
  { question, index }: { readonly question: Question; readonly index: AdvisoryIndex },
): readonly AffectedRow[] {
  return index.affected(question.ecosystem, question.name).filter((row) => {
    if (row.vulnerability === vulnerability || row.record === vulnerability) return true;
    return index.advisories(row.vulnerability).some(({ aliases }) => aliases.includes(vulnerability));
  });
}

/** How a package outside Debian was judged, step by step, up to its state. */
export function affectedSteps({ one, question, rows, origins }: AffectedCase): readonly Step[] {
  const { ecosystem, name, version, scheme } = question;
  const compare = versionOrder(scheme);
  const newest = new Set(newestOfEach(rows));
  const asked = name === one.name ? "" : ` as ${name}`;
  return [
    { step: "package", text: `${one.name} ${one.version} is looked up${asked} among records of ${ecosystem}` },
    ...rows.flatMap((row): readonly Step[] => {
      const { source, asOf } = origins.reference(row);
      const said = [...row.ranges.map(rangeText), ...(row.versions.length === 0 ? [] : [listed(row.versions)])];
      const old = newest.has(row) ? "" : " (another feed has it newer)";
      const record: Step = {
        step: "record",
        text: `${source} ${row.record} (data of ${asOf}): affected are ${said.join("; ") || "no versions"}${old}`,
      };
      if (!newest.has(row)) return [record];
      const verdict = rangeVerdict(version, row, compare);
      const fix = verdict.fixed === null ? "no fix is named" : `fixed in ${verdict.fixed}`;
      const result = verdict.affected ? `lies within: affected, ${fix}` : "lies outside: not affected";
      return [record, { step: "comparison", text: `${version} ${result} (order of ${scheme})` }];
    }),
  ];
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
