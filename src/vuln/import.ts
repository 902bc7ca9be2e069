import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { VulnError } from "./error.ts";
import { hashFile, lookAtFeed, readFeed } from "./feed/open.ts";
import type { Sample } from "./feed/sample.ts";
import { advisorySources, openAdvisoryIndex } from "./index/read.ts";
import { type IndexWriter, replaceIndex } from "./index/write.ts";
import type { AdvisorySource } from "./model.ts";
import { providers } from "./provider/list.ts";
import { unusedFormats } from "./provider/unused.ts";

/**
 * A file or folder to import. `asOf` (ISO 8601) is the date of a feed whose format carries none, such as the tracker's;
 * `name` is what a file is called in reports and messages, by default its path.
 */
export interface AdvisoryPath {
  readonly path: string;
  readonly name?: string;
  readonly asOf?: string;
}

/** How to import. */
export interface ImportOptions {
  readonly now: Date;
  readonly signal?: AbortSignal;
  /** Called before each file. */
  readonly progress?: (progress: ImportProgress) => void;
}

/** Which file is about to be read. */
export interface ImportProgress {
  readonly file: string;
  readonly number: number;
  readonly files: number;
}

/** What became of a file. */
export type ImportedFile =
  | { readonly file: string; readonly outcome: "imported"; readonly format: string; readonly records: number }
  | { readonly file: string; readonly outcome: "skipped"; readonly reason: string };

/** What an import did. `size` is the index's, in bytes. */
export interface ImportReport {
  readonly index: string;
  readonly size: number;
  readonly files: readonly ImportedFile[];
  readonly sources: readonly AdvisorySource[];
}

/**
 * Builds the index `into` from the advisory feeds in `paths`, which replaces what it held. Formats are told by content.
 * Throws VULN_FEED_UNREADABLE, VULN_FORMAT_UNKNOWN, VULN_FORMAT_INVALID, VULN_FEED_TOO_LARGE, VULN_NOTHING_TO_IMPORT,
 * VULN_INDEX_UNWRITABLE, errors of damaged compressed data, or the signal's reason; the old index is then unchanged.
 */
export async function importAdvisories(
  paths: readonly (string | AdvisoryPath)[],
  into: string,
  options: ImportOptions,
): Promise<ImportReport> {
  const files = await listFiles(paths);
  const imported = await replaceIndex(into, { now: options.now }, async (writer) => {
    const outcomes: ImportedFile[] = [];
    for (const [i, file] of files.entries()) {
      options.signal?.throwIfAborted();
      options.progress?.({ file: file.name, number: i + 1, files: files.length });
      outcomes.push(await importFile(file, writer, options));
    }
    if (!outcomes.some((one) => one.outcome === "imported")) throw nothingToImport(paths, outcomes);
    return outcomes;
  });
  const index = openAdvisoryIndex(into);
  try {
    return { index: into, size: (await stat(into)).size, files: imported, sources: advisorySources(index) };
  } finally {
    index.close();
  }
}

interface FoundFile {
  readonly path: string;
  readonly name: string;
  readonly asOf: string | null;
  /** Whether the file itself was asked for, not the folder it is in. */
  readonly named: boolean;
}

/** Most files read from folders. */
const fileLimit = 1_000_000;

/** All files of `paths`, folders searched through, in the order of their names. Hidden files are left out. */
export async function listFiles(paths: readonly (string | AdvisoryPath)[]): Promise<readonly FoundFile[]> {
  const found: FoundFile[] = [];
  for (const one of paths) {
    const asked: AdvisoryPath = typeof one === "string" ? { path: one } : one;
    const { path, name = path } = asked;
    const asOf = asked.asOf ?? null;
    if (await isFile(path)) found.push({ path, name, asOf, named: true });
    else for (const file of await filesIn(path)) found.push({ path: file, name: file, asOf, named: false });
    if (found.length > fileLimit) throw unreadable(path, `more than ${fileLimit} files`);
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const files: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.name.startsWith(".")) continue;
    if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(path)))) files.push(path);
  }
  return files;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return !(await stat(path)).isDirectory();
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function importFile(file: FoundFile, writer: IndexWriter, options: ImportOptions): Promise<ImportedFile> {
  const { path, name } = file;
  const sample = await lookAtFeed(file, options.signal);
  const provider = providers.find((one) => one.recognises(sample));
  if (provider === undefined) return { file: name, outcome: "skipped", reason: whyUnused(sample, file) };
  const origin = {
    file: name,
    format: provider.format,
    sha256: await hashFile(path, options.signal),
    dated: file.asOf !== null,
    asOf: file.asOf ?? (await timeOf(path, options.now)),
  };
  const bytes = () => readFeed(file, options.signal);
  const outcome = await provider.read({ path, sample, origin, now: options.now, bytes }, writer);
  if (!outcome.used) return { file: name, outcome: "skipped", reason: outcome.reason };
  return { file: name, outcome: "imported", format: provider.format, records: outcome.records };
}

/** The file's own time, for formats without dates; never later than `now`. */
async function timeOf(path: string, now: Date): Promise<string> {
  const { mtime } = await stat(path);
  return (mtime < now ? mtime : now).toISOString();
}

/** Why a feed that no provider takes is passed over. Throws VULN_FORMAT_UNKNOWN where that would hide a mistake. */
function whyUnused(sample: Sample, file: FoundFile): string {
  const unused = unusedFormats.find((one) => one.recognises(sample));
  if (unused !== undefined) return `format ${unused.format} is not used yet`;
  const data =
    sample.form === "lines" || sample.form === "object" || sample.form === "array" || sample.form === "binary";
  if (!file.named && !data) return "not advisory data";
  throw new VulnError("VULN_FORMAT_UNKNOWN", `${file.name} line 1: not a known format of advisories`, {
    hint: "known are OSV records, DSA and DLA lists and the Debian security tracker's JSON; leave this file out",
  });
}

function unreadable(path: string, cause: unknown): VulnError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new VulnError("VULN_FEED_UNREADABLE", `cannot read ${path}: ${why}`, {
    hint: "name a folder with advisory feeds, or a feed",
    cause,
  });
}

function nothingToImport(paths: readonly (string | AdvisoryPath)[], outcomes: readonly ImportedFile[]): VulnError {
  const names = paths.map((one) => (typeof one === "string" ? one : one.path)).join(", ");
  const reasons = outcomes.map((one) => (one.outcome === "skipped" ? `${one.file}: ${one.reason}` : "")).slice(0, 5);
  return new VulnError(
    "VULN_NOTHING_TO_IMPORT",
    `no advisories of use in ${names}${reasons.map((r) => `; ${r}`).join("")}`,
    {
      hint: "name a folder with OSV records, DSA or DLA lists, or the Debian security tracker's JSON",
    },
  );
}
