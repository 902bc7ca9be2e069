import type { Cache } from "../../cache/cache.ts";
import { CodedError } from "../../error.ts";
import { VulnError } from "../error.ts";
import {
  type AdvisoryPath,
  type ImportedFile,
  type ImportOptions,
  type ImportReport,
  importAdvisories,
} from "../import.ts";
import { goodCopy } from "./copies.ts";
import { fallBack, type Part } from "./part.ts";
import { requireFormat } from "./recognise.ts";

/** What assembling works with. */
export interface AssembleOptions extends Omit<ImportOptions, "accept"> {
  readonly cache: Cache;
  readonly strict: boolean;
}

/**
 * Builds the index `into` from the parts. Where the content of one turns out to be of no use, an older copy takes its place,
 * or none of an optional feed. Throws VULN_LIVE_FAILED without either, and what no single feed is to blame for.
 */
export async function assembleIndex(
  parts: readonly Part[],
  into: string,
  options: AssembleOptions,
): Promise<{ readonly parts: readonly Part[]; readonly report: ImportReport }> {
  const expected = await expectations(parts, options.cache);
  const current: Part[] = [];
  for (const part of parts) current.push(await recognised(part, options));
  for (;;) {
    const { reading, hooks } = watchImport(options, expected);
    try {
      const report = await importAdvisories(await pathsOf(current, options.cache), into, { ...options, ...hooks });
      return { parts: current, report };
    } catch (cause) {
      options.signal?.throwIfAborted();
      const at = current.findIndex(({ name, copy }) => name === reading() && copy !== null);
      const part = current[at];
      if (part === undefined || !(cause instanceof CodedError) || ofIndex.has(cause.code)) throw cause;
      current[at] = await withoutContent(part, cause, options);
    }
  }
}

/** The part, or what takes its place where its beginning tells that it is of no use. */
async function recognised(part: Part, options: AssembleOptions): Promise<Part> {
  const path = part.copy === null ? null : await options.cache.path(part.copy.sha256);
  if (path === null) return part;
  try {
    await requireFormat(part.feed, { path, name: part.name }, options.signal);
    return part;
  } catch (cause) {
    options.signal?.throwIfAborted();
    if (!(cause instanceof CodedError)) throw cause;
    return await withoutContent(part, cause, options);
  }
}

/** Failures that no single feed is to blame for. */
const ofIndex: ReadonlySet<string> = new Set(["VULN_INDEX_UNWRITABLE", "VULN_INDEX_INVALID", "VULN_NOTHING_TO_IMPORT"]);

/** What is expected of a file. */
interface Expectation {
  /** null where any will do, also one that nothing reads yet. */
  readonly format: string | null;
  /** Whether it gave records the last time. */
  readonly gave: boolean;
}

/** By the name of the file. */
async function expectations(parts: readonly Part[], cache: Cache): Promise<ReadonlyMap<string, Expectation>> {
  const expected = new Map<string, Expectation>();
  for (const { feed, name } of parts) {
    const before = await goodCopy(feed.name, cache);
    expected.set(name, { format: feed.format ?? null, gave: before !== null && before.records > 0 });
  }
  return expected;
}

/** Notes which file an import is at, and refuses an index that lacks a feed it should have. */
function watchImport(options: AssembleOptions, expected: ReadonlyMap<string, Expectation>) {
  let reading = "";
  const hooks: Pick<ImportOptions, "progress" | "accept"> = {
    progress(progress) {
      reading = progress.file;
      options.progress?.(progress);
    },
    accept(files) {
      for (const file of files) {
        reading = file.file;
        requireExpected(file, expected.get(file.file) ?? { format: null, gave: false });
      }
    },
  };
  return { reading: () => reading, hooks };
}

function requireExpected(file: ImportedFile, { format, gave }: Expectation): void {
  const imported = file.outcome === "imported" && (file.records > 0 || format === null);
  if (imported ? format === null || file.format.split(", ").includes(format) : format === null && !gave) return;
  const found = file.outcome === "skipped" ? file.reason : `${file.records} records of format ${file.format}`;
  throw new VulnError("VULN_FORMAT_INVALID", `${file.file} line 1: nothing of use: ${found}`, {
    hint: "its publisher has changed the format, or something else lies there now",
  });
}

/** What takes the place of content that cannot be used; the content is forgotten. */
async function withoutContent(part: Part, cause: CodedError, options: AssembleOptions): Promise<Part> {
  const { cache, strict } = options;
  if (part.copy !== null) await cache.drop(part.copy.sha256);
  const why = `cannot use ${part.feed.title}: ${cause.message}; expected there is ${part.feed.holds}`;
  return await fallBack(part, { why, cause, cache, strict });
}

async function pathsOf(parts: readonly Part[], cache: Cache): Promise<readonly AdvisoryPath[]> {
  const paths: AdvisoryPath[] = [];
  for (const { feed, name, copy } of parts) {
    if (copy === null) continue;
    const path = await cache.path(copy.sha256);
    if (path === null) throw new VulnError("VULN_LIVE_FAILED", `${feed.title} is no longer in the cache`);
    paths.push({ path, name, checked: copy.checked, ...(copy.asOf === null ? {} : { asOf: copy.asOf }) });
  }
  return paths;
}
