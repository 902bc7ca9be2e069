import { z } from "zod";
import { invalidContent } from "../../feed/place.ts";
import { firstRecord, hasKeys, recordsOf } from "../../feed/records.ts";
import type { AffectedRange, RangeEvent } from "../../index/schema.ts";
import type { Provider } from "../provider.ts";
import { summaryOfText } from "../summary.ts";

const version = z.object({
  version: z.string(),
  status: z.string(),
  lessThan: z.string().nullish(),
  lessThanOrEqual: z.string().nullish(),
});

const cveRecord = z.object({
  cveMetadata: z.object({ cveId: z.string(), state: z.string().nullish(), dateUpdated: z.string().nullish() }),
  containers: z.object({
    cna: z.object({
      title: z.string().nullish(),
      datePublic: z.string().nullish(),
      descriptions: z.array(z.object({ lang: z.string(), value: z.string() })).nullish(),
      affected: z
        .array(
          z.object({
            vendor: z.string().nullish(),
            product: z.string().nullish(),
            versions: z.array(version).nullish(),
          }),
        )
        .nullish(),
      metrics: z
        .array(z.object({ other: z.object({ content: z.object({ text: z.string().nullish() }).nullish() }).nullish() }))
        .nullish()
        .catch(null),
    }),
  }),
});

/**
 * CVE records (CVE JSON 5.x) of OpenSSL, as the project itself publishes them; records of other products are left out. The
 * package is `generic` `openssl`, whose versions go on with letters.
 */
export const openssl: Provider = {
  format: "CVE record",
  recognises(sample) {
    const record = firstRecord(sample);
    return hasKeys(record, "dataType", "dataVersion") && record["dataType"] === "CVE_RECORD";
  },
  begin({ origin: file, writer }) {
    let records = 0;
    return {
      async read(document) {
        for await (const { value, place } of recordsOf(document)) {
          const parsed = cveRecord.safeParse(value);
          if (!parsed.success) {
            const [problem] = parsed.error.issues;
            throw invalidContent(place, `not a CVE record: ${problem?.path.join(".")} ${problem?.message}`);
          }
          const { cveMetadata, containers } = parsed.data;
          const { cna } = containers;
          const ours = (cna.affected ?? []).filter(({ product }) => product?.toLowerCase() === "openssl");
          if (ours.length === 0 || cveMetadata.state === "REJECTED") continue;
          const origin = writer.origin("openssl", file);
          const vulnerability = cveMetadata.cveId;
          const modified = cveMetadata.dateUpdated ?? cna.datePublic ?? "";
          const common = { vulnerability, origin, record: vulnerability, modified };
          const { ranges, versions } = affectedOf(ours.flatMap((one) => one.versions ?? []));
          writer.affected({
            ...common,
            ecosystem: "generic",
            package: "openssl",
            severity: wordOf(cna.metrics ?? []),
            ranges,
            versions,
          });
          const text = cna.title ?? cna.descriptions?.find(({ lang }) => lang.startsWith("en"))?.value ?? null;
          writer.advisory({ ...common, summary: summaryOfText(text), aliases: [], cvss: [] });
          if (ranges.some(({ events }) => !events.some(({ kind }) => kind === "fixed"))) writer.knowsUnfixed(origin);
          writer.record(origin, modified);
          records++;
        }
      },
      finish: () =>
        records > 0 ? { used: true, records } : { used: false, reason: "CVE records of other products are not used" },
    };
  },
};

/** Versions of the library begin with a digit; `fips-1.1.1` is one of the separate FIPS module. */
function affectedOf(all: readonly z.infer<typeof version>[]): {
  readonly ranges: readonly AffectedRange[];
  readonly versions: readonly string[];
} {
  const named = all.filter((one) => one.status === "affected" && /^\d/.test(one.version));
  const isRange = (one: z.infer<typeof version>) => one.lessThan != null || one.lessThanOrEqual != null;
  return {
    ranges: named.filter(isRange).map((one) => ({ events: eventsOf(one), bound: null })),
    versions: named.filter((one) => !isRange(one)).map((one) => one.version),
  };
}

/** `lessThan: "*"` has no end (CVE JSON 5, `versions`). */
function eventsOf({ version: from, lessThan, lessThanOrEqual }: z.infer<typeof version>): readonly RangeEvent[] {
  const introduced: RangeEvent = { kind: "introduced", version: from };
  if (lessThan === "*" || lessThanOrEqual === "*") return [introduced];
  if (lessThan != null) return [introduced, { kind: "fixed", version: lessThan }];
  return lessThanOrEqual == null ? [introduced] : [introduced, { kind: "last_affected", version: lessThanOrEqual }];
}

function wordOf(metrics: NonNullable<z.infer<typeof cveRecord>["containers"]["cna"]["metrics"]>): string | null {
  const words = metrics.flatMap(({ other }) => other?.content?.text?.toUpperCase() ?? []);
  return words.find((word) => /^(?:LOW|MODERATE|HIGH|CRITICAL)$/.test(word)) ?? null;
}
