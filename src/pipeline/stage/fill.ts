import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  constants,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { PipelineError } from "../error.ts";
import { type BaselineEntry, checkedPath, type StageEntry } from "./entry.ts";
import type { Ownership } from "./ownership.ts";
import { lstatOrNull, resolveInside } from "./resolve.ts";

/** Most that a root may be filled with: `bytes` of content and a number of `entries`. */
export interface StageLimits {
  readonly bytes: number;
  readonly entries: number;
}

/** What a root was filled with. */
export interface Filled {
  readonly baseline: ReadonlyMap<string, BaselineEntry>;
  /** `inode:ctime` of every path once all was written, as far as this process gets at it. */
  readonly identities: ReadonlyMap<string, string>;
}

/** An empty directory to fill, and within which bounds. */
export interface FillOptions {
  readonly directory: string;
  readonly ownership: Ownership;
  readonly limits: StageLimits;
  readonly signal: AbortSignal | undefined;
}

/** Writes `entries` into an empty directory and says what is there then. Errors as of `createStage`. */
export async function fillRoot(
  entries: AsyncIterable<StageEntry> | Iterable<StageEntry>,
  options: FillOptions,
): Promise<Filled> {
  const { ownership, limits, signal } = options;
  const filling: Filling = { ...options, baseline: new Map(), known: new Set(), bytes: 0 };
  let count = 0;
  for await (const entry of entries) {
    signal?.throwIfAborted();
    count++;
    if (count > limits.entries) throw tooLarge(`more than ${limits.entries} entries`);
    await writeEntry(entry, filling);
  }
  settle(filling);
  ownership.settle();
  return { baseline: filling.baseline, identities: identify(filling) };
}

interface Filling extends FillOptions {
  readonly baseline: Map<string, BaselineEntry>;
  /** Paths that are directories and no symlinks. */
  readonly known: Set<string>;
  bytes: number;
}

async function writeEntry(entry: StageEntry, filling: Filling): Promise<void> {
  const { directory, known, baseline, ownership } = filling;
  const path = resolveInside(directory, checkedPath(entry.path, "an entry"), { followLast: false, known });
  makeParents(path, filling);
  const place = join(directory, path);
  if (entry.type === "directory") {
    if (lstatOrNull(place)?.isDirectory() !== true) {
      clear(path, filling);
      mkdirSync(place);
    }
    known.add(path);
  } else {
    clear(path, filling);
  }
  const written = await writeNew(entry, place, filling);
  if (entry.type !== "link") {
    ownership.give(place, entry);
    if (entry.type === "file") chmodSync(place, entry.mode);
  }
  baseline.set(path, written);
}

/** Writes what is not there yet; a directory is. Returns what the baseline says of it. */
async function writeNew(entry: StageEntry, place: string, filling: Filling): Promise<BaselineEntry> {
  const { mode, uid, gid, mtime } = entry;
  const plain = { mode, uid, gid, mtime, size: 0, sha256: "", linkPath: "" };
  if (entry.type === "directory") return { ...plain, type: "directory" };
  if (entry.type === "symlink") {
    symlinkSync(entry.linkPath, place);
    return { ...plain, type: "symlink", mode: 0o777, linkPath: entry.linkPath };
  }
  if (entry.type === "link") return hardLink(entry, place, filling);
  return { ...plain, type: "file", ...(await writeContent(entry, place, filling)) };
}

function hardLink(entry: StageEntry, place: string, { directory, known, baseline }: Filling): BaselineEntry {
  const target = resolveInside(directory, checkedPath(entry.linkPath, `the target of the hard link ${entry.path}`), {
    followLast: false,
    known,
  });
  const original = baseline.get(target);
  if (original === undefined || original.type === "directory") {
    throw new PipelineError(
      "PIPELINE_PATH_INVALID",
      `the hard link /${entry.path} names /${entry.linkPath}, which is not a file of the root`,
      { hint: "the file it names must come before it" },
    );
  }
  linkSync(join(directory, target), place);
  return original;
}

async function writeContent(
  entry: StageEntry,
  place: string,
  filling: Filling,
): Promise<{ readonly size: number; readonly sha256: string }> {
  const hash = createHash("sha256");
  let size = 0;
  const file = openSync(place, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
  const write = (chunk: Uint8Array) => {
    filling.signal?.throwIfAborted();
    size += chunk.length;
    filling.bytes += chunk.length;
    if (filling.bytes > filling.limits.bytes) throw tooLarge(`more than ${filling.limits.bytes} bytes`);
    hash.update(chunk);
    for (let offset = 0; offset < chunk.length; ) offset += writeSync(file, chunk, offset);
  };
  try {
    if (entry.content instanceof Uint8Array) write(entry.content);
    else for await (const chunk of entry.content) write(chunk);
  } finally {
    closeSync(file);
  }
  return { size, sha256: hash.digest("hex") };
}

/** Folders above `path` that nothing named are root's, of mode 0755 and time 0. */
function makeParents(path: string, { directory, known, baseline, ownership }: Filling): void {
  const parent = dirname(path);
  if (parent === "." || known.has(parent)) return;
  const parts = parent.split("/");
  for (let depth = 1; depth <= parts.length; depth++) {
    const above = parts.slice(0, depth).join("/");
    if (known.has(above)) continue;
    known.add(above);
    const place = join(directory, above);
    if (lstatOrNull(place) !== null) continue;
    mkdirSync(place);
    ownership.give(place, { uid: 0, gid: 0 });
    const empty = { size: 0, sha256: "", linkPath: "" };
    baseline.set(above, { type: "directory", mode: 0o755, uid: 0, gid: 0, mtime: 0, ...empty });
  }
}

/** Makes room for a later entry at `path`. */
function clear(path: string, { directory, known, baseline }: Filling): void {
  const before = baseline.get(path);
  if (before === undefined) return;
  baseline.delete(path);
  const place = join(directory, path);
  if (before.type !== "directory") {
    unlinkSync(place);
    return;
  }
  rmSync(place, { recursive: true });
  known.clear();
  for (const below of baseline.keys()) if (below.startsWith(`${path}/`)) baseline.delete(below);
}

/** Sets the modes of directories and all times: after both nothing more can be written. */
function settle({ directory, baseline }: Filling): void {
  const dated = new Set<BaselineEntry>();
  // Last first: what is below a closed directory comes before it. The names of one file share what the baseline says of it.
  for (const [path, entry] of [...baseline].sort(([a], [b]) => (a < b ? 1 : -1))) {
    const place = join(directory, path);
    if (!dated.has(entry)) lutimesSync(place, entry.mtime, entry.mtime);
    dated.add(entry);
    if (entry.type === "directory") chmodSync(place, entry.mode);
  }
}

function identify({ directory, baseline }: Filling): ReadonlyMap<string, string> {
  const identities = new Map<string, string>();
  for (const path of baseline.keys()) {
    try {
      const { ino, ctimeNs } = lstatSync(join(directory, path), { bigint: true });
      identities.set(path, `${ino}:${ctimeNs}`);
    } catch {
      // It lies in a folder that is closed to this process: it will be compared byte for byte.
    }
  }
  return identities;
}

function tooLarge(what: string): PipelineError {
  return new PipelineError("PIPELINE_STAGE_TOO_LARGE", `the root of a build would have ${what}`, {
    hint: "take packages or files out of the build",
  });
}
