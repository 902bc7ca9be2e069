import { z } from "zod";
import { severities } from "../../../vuln/model.ts";

const finding = z.object({
  id: z.string(),
  aliases: z.array(z.string()),
  package: z.object({
    type: z.string(),
    name: z.string(),
    version: z.string(),
    purl: z.string(),
    source: z.object({ name: z.string(), version: z.string() }).nullable(),
  }),
  severity: z.enum(severities),
  state: z.enum(["fixed", "affected", "wont-fix", "deferred", "end-of-life"]),
  fixedVersion: z.string().nullable(),
  records: z.array(z.object({ source: z.string(), id: z.string(), asOf: z.string() })),
});

const count = z.number().int().nonnegative();

const counts = z.object({
  critical: count,
  high: count,
  medium: count,
  low: count,
  negligible: count,
  unspecified: count,
  total: count,
  fixable: count,
  unfixed: count.nullable(),
  noDsa: count.nullable(),
  suppressed: count,
  policy: z.string(),
});

const scan = z.object({
  data: z.string(),
  vex: z.string(),
  day: z.string(),
  /** The image's digest, as reports give it. */
  digest: z.string().nullable(),
  advisories: z.array(z.object({ source: z.string(), asOf: z.string(), records: z.number() })),
  findings: z.array(finding),
  vulnerabilities: counts,
});

const watchRecord = z.object({
  identity: z.string(),
  /** How many changes there have been. */
  changes: count,
  /** null for an image that was there when the watch began and is not scanned until it changes. */
  scan: scan.nullable(),
  /** Changes that the webhook has not taken yet, oldest first, as they are posted. */
  pending: z.array(z.object({ id: z.string(), body: z.string() })),
});

/** What is remembered of a reference from one round, and one run, to the next. */
export type WatchRecord = z.infer<typeof watchRecord>;
/** A change as it is posted. */
export type PendingPost = WatchRecord["pending"][number];

/** Reads a record; null for what is none, such as one of another version of this program. */
export function readWatchRecord(value: unknown): WatchRecord | null {
  const { data } = watchRecord.safeParse(value);
  return data ?? null;
}
