import { z } from "zod";
import { jsonMemberBatches } from "../../feed/json-members.ts";
import { invalidContent, type Place } from "../../feed/place.ts";
import type { RangeEvent } from "../../index/schema.ts";
import type { IndexWriter } from "../../index/write.ts";
import type { Provider } from "../provider.ts";
import { summaryOfText } from "../summary.ts";
import { loadNodeRanges, type NodeRanges } from "./node-ranges.ts";

const advisory = z.object({
  cve: z.array(z.string()),
  vulnerable: z.string(),
  patched: z.string().nullish(),
  description: z.string().nullish(),
  overview: z.string().nullish(),
  severity: z.string().nullish(),
  affectedEnvironments: z.array(z.string()).nullish(),
});

type Advisory = z.infer<typeof advisory>;

/**
 * The index of Node.js' own advisories: `generic` package `node`. Those that concern other systems than Linux only are left
 * out, as images have no other. It carries no dates.
 */
export const nodeCore: Provider = {
  format: "Node.js advisories",
  recognises(sample) {
    if (sample.form !== "object") return false;
    const [first] = sample.members;
    return first !== undefined && /^\d+$/.test(first[0]) && advisory.safeParse(first[1]).success;
  },
  begin({ origin: file, writer }) {
    const count = { records: 0, elsewhere: 0 };
    return {
      async read(document) {
        const ranges = await loadNodeRanges();
        const origin = writer.origin("nodejs-core", file);
        for await (const members of jsonMemberBatches(document.bytes(), { file: document.name })) {
          for (const { key, value, line } of members) {
            const place = { file: document.name, line };
            const parsed = advisory.safeParse(value);
            if (!parsed.success || key === null) throw invalidContent(place, `${key}: not an advisory of Node.js`);
            count.records++;
            writer.record(origin, null);
            if (concernsLinux(parsed.data)) {
              const events = eventsOf(parsed.data, ranges, place);
              writeNodeAdvisory({ number: key, advisory: parsed.data, events }, origin, writer);
            } else count.elsewhere++;
          }
        }
      },
      finish: () => ({ used: true, records: count.records, notes: notesOn(count.elsewhere) }),
    };
  },
};

function concernsLinux({ affectedEnvironments }: Advisory): boolean {
  const named = affectedEnvironments ?? [];
  return named.length === 0 || named.includes("all") || named.includes("linux");
}

function eventsOf({ vulnerable, patched }: Advisory, ranges: NodeRanges, place: Place): readonly RangeEvent[] {
  const events = ranges(vulnerable, patched ?? "");
  if (events === null)
    throw invalidContent(place, `not a range of versions: ${vulnerable} or ${patched}`.slice(0, 200));
  return events;
}

interface Parsed {
  readonly number: string;
  readonly advisory: Advisory;
  readonly events: readonly RangeEvent[];
}

function writeNodeAdvisory({ number, advisory: one, events }: Parsed, origin: number, writer: IndexWriter): void {
  const summary = summaryOfText(one.description ?? one.overview ?? null);
  const severity = one.severity == null || one.severity === "unknown" ? null : one.severity.toUpperCase();
  for (const vulnerability of one.cve.length > 0 ? one.cve : [`NSWG-CORE-${number}`]) {
    const common = { vulnerability, origin, record: `node-core ${number}`, modified: "" };
    const about = { ecosystem: "generic", package: "node", severity, versions: [] };
    if (events.length > 0) writer.affected({ ...common, ...about, ranges: [{ events, bound: null }] });
    writer.advisory({ ...common, summary, aliases: [], cvss: [] });
  }
  if (events.length > 0 && !events.some(({ kind }) => kind === "fixed")) writer.knowsUnfixed(origin);
}

function notesOn(elsewhere: number): readonly string[] {
  return elsewhere === 0 ? [] : [`${elsewhere} of them concern other systems than Linux only and were left out`];
}
