import { dirname } from "node:path";
import { zipEntries } from "../../archive/zip/zip.ts";
import { jsonMemberBatches } from "../feed/json-members.ts";
import { lineBatches } from "../feed/lines.ts";
import { invalidContent, type Place } from "../feed/place.ts";
import type { Sample } from "../feed/sample.ts";
import type { IndexWriter, OriginFile } from "../index/write.ts";
import { ecosystemOfOsv, writeAffectedRecord } from "./osv-affected.ts";
import { writeDebianRecord } from "./osv-debian.ts";
import { type OsvRecord, osvRecord } from "./osv-schema.ts";
import type { Feed, Provider, ReadOutcome } from "./provider.ts";

/**
 * OSV records (OSV schema 1.x) of Debian, Alpine and the ecosystems of languages: one a line, one a file, an array, or the zip archives of OSV's own export.
 * A record may stand alone or under `r` in a wrapper that names its path.
 */
export const osv: Provider = {
  format: "OSV",
  recognises(sample) {
    return sample.form === "zip" || looksLikeOsv(firstRecord(sample));
  },
  async read(feed, writer) {
    const count = createCount(feed, writer);
    for await (const { value, place } of records(feed)) count.add(parseRecord(value, place));
    return count.finish();
  },
};

function firstRecord(sample: Sample): unknown {
  if (sample.form === "lines" || sample.form === "array") return unwrap(sample.first);
  return sample.form === "object" ? Object.fromEntries(sample.members) : null;
}

function looksLikeOsv(record: unknown): boolean {
  if (typeof record !== "object" || record === null) return false;
  return "id" in record && "modified" in record && ("affected" in record || "schema_version" in record);
}

function unwrap(value: unknown): unknown {
  const wrapped = typeof value === "object" && value !== null && "path" in value && "r" in value;
  return wrapped ? value.r : value;
}

interface Found {
  readonly value: unknown;
  readonly place: Place;
}

async function* records(feed: Feed): AsyncGenerator<Found> {
  const { file } = feed.origin;
  switch (feed.sample.form) {
    case "zip":
      for await (const entry of zipEntries(feed.path, { name: file, suffix: ".json" })) {
        const place = { file: `${file}/${entry.name}`, line: null };
        yield { value: parseText(new TextDecoder().decode(entry.content), place), place };
      }
      return;
    case "lines":
      for await (const lines of lineBatches(feed.bytes(), { file })) {
        for (const { text, line } of lines) {
          if (text.trim() !== "") yield { value: parseText(text, { file, line }), place: { file, line } };
        }
      }
      return;
    case "array":
      for await (const members of jsonMemberBatches(feed.bytes(), { file })) {
        for (const { value, line } of members) yield { value, place: { file, line } };
      }
      return;
    default: {
      const fields: [string, unknown][] = [];
      for await (const members of jsonMemberBatches(feed.bytes(), { file })) {
        for (const { key, value } of members) fields.push([key ?? "", value]);
      }
      yield { value: Object.fromEntries(fields), place: { file, line: 1 } };
    }
  }
}

function parseText(text: string, place: Place): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw invalidContent(place, `not JSON: ${why.slice(0, 200)}`, cause);
  }
}

function parseRecord(value: unknown, place: Place): OsvRecord {
  const parsed = osvRecord.safeParse(unwrap(value));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalidContent(place, `not an OSV record: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`);
}

/** Share of a feed's records below which an ecosystem is only mentioned in passing, not covered by the feed. */
const passingShare = 0.05;

/**
 * Hands records to the ecosystems that are used and counts all. Feeds of one ecosystem name packages of others now and
 * then; to take those few for a source of that other ecosystem would claim knowledge that is not there.
 */
function createCount(feed: Feed, writer: IndexWriter) {
  const origins = new Map<string, number>();
  const others = new Map<string, number>();
  const file: OriginFile =
    feed.sample.form === "object" ? { ...feed.origin, file: dirname(feed.origin.file), sha256: null } : feed.origin;
  const originOf = (source: string): number => {
    const origin = writer.origin(source, file);
    origins.set(source, origin);
    return origin;
  };
  let total = 0;
  return {
    add(record: OsvRecord): void {
      total++;
      if (record.withdrawn != null && record.withdrawn !== "") return;
      const ecosystems = new Set((record.affected ?? []).map((one) => family(one.package?.ecosystem ?? "no package")));
      for (const ecosystem of ecosystems) {
        const used = ecosystem === "Alpine" ? "Alpine" : ecosystemOfOsv(ecosystem)?.osv;
        if (ecosystem === "Debian") writeDebianRecord(record, originOf("osv-debian"), writer);
        else if (used !== undefined) {
          const origin = originOf(`osv-${used.toLowerCase()}`);
          writeAffectedRecord(record, { family: used, origin }, writer);
        } else others.set(ecosystem, (others.get(ecosystem) ?? 0) + 1);
      }
    },
    finish(): ReadOutcome {
      for (const [source, origin] of origins) {
        if (writer.records(origin) >= total * passingShare) continue;
        writer.forget(origin);
        origins.delete(source);
      }
      if (origins.size > 0) {
        return { used: true, records: [...origins.values()].reduce((sum, origin) => sum + writer.records(origin), 0) };
      }
      const names = [...others].sort((a, b) => b[1] - a[1]).map(([name]) => name);
      return { used: false, reason: `format OSV of ${names[0] ?? "no ecosystem"} is not used yet` };
    },
  };
}

/** `Debian` of `Debian:12`. */
function family(ecosystem: string): string {
  return ecosystem.split(":")[0] ?? ecosystem;
}
