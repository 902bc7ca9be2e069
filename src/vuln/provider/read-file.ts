import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { VulnError } from "../error.ts";
import type { FeedDocument } from "../feed/document.ts";
import { feedMembers } from "../feed/members.ts";
import { type FeedFile, hashFile, lookAtFeed, readFeed } from "../feed/open.ts";
import type { Sample } from "../feed/sample.ts";
import type { IndexWriter } from "../index/write.ts";
import { providers } from "./list.ts";
import type { Provider, Reading, ReadOutcome } from "./provider.ts";
import { unusedFormats } from "./unused.ts";

/** A file of a feed that may be imported. */
export interface FoundFile extends FeedFile {
  /** ISO 8601 date of its data; null where nobody said one. */
  readonly asOf: string | null;
  /** ISO 8601: when its publisher last said that this is what it has; null where nobody said. */
  readonly checked: string | null;
  /** Whether the file itself was asked for, not the folder it is in. */
  readonly named: boolean;
}

/** What became of a file. `notes` are sentences about records that were read and say less than others. */
export type ImportedFile =
  | {
      readonly file: string;
      readonly outcome: "imported";
      readonly format: string;
      readonly records: number;
      readonly notes: readonly string[];
    }
  | { readonly file: string; readonly outcome: "skipped"; readonly reason: string };

/** Where to read to, and when. */
export interface ReadOptions {
  readonly writer: IndexWriter;
  readonly now: Date;
  readonly signal?: AbortSignal;
}

/**
 * Reads a file by the provider that recognises it, or each member of an archive by its own. Throws VULN_FORMAT_UNKNOWN where
 * passing over would hide a mistake, VULN_FORMAT_INVALID, VULN_FEED_TOO_LARGE, VULN_FEED_UNREADABLE, errors of damaged
 * archives and compressed data, or the signal's reason.
 */
export async function readFile(file: FoundFile, options: ReadOptions): Promise<ImportedFile> {
  const { signal } = options;
  const sample = await lookAtFeed(file, signal);
  const { form } = sample;
  const begun = readings(file, options);
  const oversized: string[] = [];
  const unknown: string[] = [];
  if (form === "zip" || form === "tar" || form === "deb") {
    for await (const member of feedMembers(file, form, signal)) {
      if ("oversized" in member) oversized.push(member.oversized);
      else if (!(await begun.read(member)) && mayBeData.has(member.sample.form)) unknown.push(member.name);
    }
  } else {
    await begun.read({ name: file.name, sample, changed: null, bytes: () => readFeed(file, signal) });
  }
  const outcomes = begun.finish();
  if (outcomes.length === 0) return { file: file.name, outcome: "skipped", reason: whyUnused(sample, file) };
  const notes = [...noteOn(oversized, "too large to be read"), ...noteOn(unknown, "of no known format")];
  return reportOf(file, outcomes, notes);
}

interface Finished {
  readonly format: string;
  readonly outcome: ReadOutcome;
}

/** Says of some members of an archive what they are, naming the first of them. */
function noteOn(members: readonly string[], what: string): readonly string[] {
  const [first, ...others] = members;
  if (first === undefined) return [];
  return [others.length === 0 ? `${first} is ${what}` : `${first} and ${others.length} more are ${what}`];
}

/** Hands documents to the providers that recognise them. */
function readings(file: FoundFile, { writer, now, signal }: ReadOptions) {
  const begun = new Map<Provider, Reading>();
  let sha256: string | null = null;
  const start = async (provider: Provider, { changed }: FeedDocument): Promise<Reading> => {
    sha256 ??= await hashFile(file.path, signal);
    const asOf = file.asOf ?? (await dateOf(file, { changed, now }));
    const origin = {
      file: file.name,
      format: provider.format,
      dated: file.asOf !== null,
      sha256,
      asOf,
      checked: file.checked,
    };
    return provider.begin({ writer, origin });
  };
  return {
    /** Whether any provider reads such a document. */
    async read(document: FeedDocument): Promise<boolean> {
      const provider = providers.find((one) => one.recognises(document.sample));
      if (provider === undefined) return false;
      const reading = begun.get(provider) ?? (await start(provider, document));
      begun.set(provider, reading);
      await reading.read(document);
      return true;
    },
    finish: (): readonly Finished[] =>
      [...begun].map(([{ format }, reading]) => ({ format, outcome: reading.finish() })),
  };
}

function reportOf(file: FoundFile, finished: readonly Finished[], notes: readonly string[]): ImportedFile {
  const used = finished.flatMap(({ format, outcome }) => (outcome.used ? [{ format, ...outcome }] : []));
  const reasons = finished.flatMap(({ outcome }) => (outcome.used ? [] : [outcome.reason]));
  if (used.length === 0) return { file: file.name, outcome: "skipped", reason: reasons.join("; ") };
  return {
    file: file.name,
    outcome: "imported",
    format: used.map(({ format }) => format).join(", "),
    records: used.reduce((sum, { records }) => sum + records, 0),
    notes: [...used.flatMap((one) => one.notes ?? []), ...reasons, ...notes],
  };
}

/** When the data may be from, and the moment it is read at. */
export interface Dates {
  /** Of a member of an archive, what that says. */
  readonly changed: Date | null;
  readonly now: Date;
}

/**
 * How old a feed is whose format carries no date: the newest date in its name, else what its archive says of the member, else
 * the file's own time; never later than `now`.
 */
export async function dateOf(file: FeedFile, { changed, now }: Dates): Promise<string> {
  const today = now.toISOString().slice(0, 10);
  const dates = basename(file.name).match(/(?<!\d)(?:19|20)\d\d([-.])[01]\d\1[0-3]\d(?!\d)/g) ?? [];
  const named = dates.map((date) => date.replaceAll(".", "-")).filter((date) => date <= today && isDay(date));
  const newest = named.sort().at(-1);
  if (newest !== undefined) return newest;
  // Archives made to be reproducible have the same early date everywhere.
  if (changed !== null && changed < now && changed.getUTCFullYear() >= earliest) return changed.toISOString();
  const { mtime } = await stat(file.path);
  return (mtime < now ? mtime : now).toISOString();
}

/** No advisories are older. */
const earliest = 1990;

/** `Date` makes 3 March of 31 February. */
function isDay(date: string): boolean {
  const parsed = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
}

/** Why a feed that no provider takes is passed over. Throws VULN_FORMAT_UNKNOWN where that would hide a mistake. */
function whyUnused(sample: Sample, file: FoundFile): string {
  const unused = unusedFormats.find((one) => one.recognises(sample));
  if (unused !== undefined) return `format ${unused.format} is not used`;
  if (!file.named && !mayBeData.has(sample.form)) return "not advisory data";
  throw new VulnError("VULN_FORMAT_UNKNOWN", `${file.name} line 1: not a known format of advisories`, {
    hint: `known are ${providers.map(({ format }) => format).join(", ")}; leave this file out`,
  });
}

const mayBeData: ReadonlySet<Sample["form"]> = new Set(["lines", "object", "array", "binary"]);
