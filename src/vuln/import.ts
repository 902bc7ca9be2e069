import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { VulnError } from "./error.ts";
import { advisorySources, openAdvisoryIndex } from "./index/read.ts";
import { replaceIndex } from "./index/write.ts";
import type { AdvisorySource } from "./model.ts";
import { type FoundFile, type ImportedFile, readFile } from "./provider/read-file.ts";

export type { ImportedFile } from "./provider/read-file.ts";

/**
 * A file or folder to import. `asOf` (ISO 8601) is the date of a feed whose format carries none, such as the tracker's;
 * `checked` (ISO 8601) is when its publisher last said that this is what it has;
 * `name` is what a file is called in reports and messages, by default its path.
 */
export interface AdvisoryPath {
  readonly path: string;
  readonly name?: string;
  readonly asOf?: string;
  readonly checked?: string;
}

/** How to import. */
export interface ImportOptions {
  readonly now: Date;
  readonly signal?: AbortSignal;
  /** Called before each file. */
  readonly progress?: (progress: ImportProgress) => void;
  /** Called with what became of the files before the index is replaced; when it throws, the old one stays. */
  readonly accept?: (files: readonly ImportedFile[]) => void;
}

/** Which file is about to be read. */
export interface ImportProgress {
  readonly file: string;
  readonly number: number;
  readonly files: number;
}

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
      outcomes.push(
        await readFile(file, { writer, now: options.now, ...(options.signal && { signal: options.signal }) }),
      );
    }
    if (!outcomes.some((one) => one.outcome === "imported")) throw nothingToImport(paths, outcomes);
    options.accept?.(outcomes);
    return outcomes;
  });
  const index = openAdvisoryIndex(into);
  try {
    return { index: into, size: (await stat(into)).size, files: imported, sources: advisorySources(index) };
  } finally {
    index.close();
  }
}

/** Most files read from folders. */
const fileLimit = 1_000_000;

/** All files of `paths`, folders searched through, in the order of their names. Hidden files are left out. */
export async function listFiles(paths: readonly (string | AdvisoryPath)[]): Promise<readonly FoundFile[]> {
  const found: FoundFile[] = [];
  for (const one of paths) {
    const asked: AdvisoryPath = typeof one === "string" ? { path: one } : one;
    const { path, name = path } = asked;
    const dates = { asOf: asked.asOf ?? null, checked: asked.checked ?? null };
    if (await isFile(path)) found.push({ path, name, ...dates, named: true });
    else for (const file of await filesIn(path)) found.push({ path: file, name: file, ...dates, named: false });
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
