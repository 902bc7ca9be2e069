import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { mkdtemp, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BaselineEntry, StageEntry } from "./entry.ts";
import { fillRoot, type StageLimits } from "./fill.ts";
import { findRange, mappedOwnership } from "./mapped-ownership.ts";
import { type Ownership, realOwnership } from "./ownership.ts";
import { singleOwnership } from "./single-ownership.ts";

/** A root directory on disk in which steps can run. It is there until it is removed. */
export interface Stage extends AsyncDisposable {
  /** Absolute path of the root. Only the caller's user gets to it: the folder around it is closed to all others. */
  readonly directory: string;
  /** What was there before any step ran, by path without leading slash; the root itself is not listed. */
  readonly baseline: ReadonlyMap<string, BaselineEntry>;
  /** Whether the file at a path is still the very one of the baseline, by its state; false means it has to be compared. */
  readonly untouched: (path: string, state: { readonly ino: bigint; readonly ctimeNs: bigint }) => boolean;
  readonly ownership: Ownership;
  /** Removes the root and all in it. May be called again. */
  remove(): Promise<void>;
}

/** Where and for whom a root is made. */
export interface StageOptions {
  /** The folder in which a new one is made; it must exist. */
  readonly parent: string;
  /** The user this process runs as. */
  readonly uid: number;
  /** Whether a user other than root does without its range of subordinate users, though it has one. */
  readonly alone?: boolean;
  readonly limits?: StageLimits;
  readonly signal?: AbortSignal;
  /** Roots in `parent` that are older were left behind by a process that was killed, and are removed; none by default. */
  readonly abandonedBefore?: Date;
}

/** 64 GiB and five million entries. */
const usualStageLimits: StageLimits = { bytes: 2 ** 36, entries: 5_000_000 };

/**
 * Makes a root of `entries`, of which later ones replace earlier ones. Nothing is written outside it: a symlink in the
 * place of a parent folder is followed inside the root, as container runtimes do. When anything fails the root is removed.
 * Throws PIPELINE_PATH_INVALID and PIPELINE_STAGE_TOO_LARGE.
 */
export async function createStage(
  entries: AsyncIterable<StageEntry> | Iterable<StageEntry>,
  options: StageOptions,
): Promise<Stage> {
  const { parent, uid, alone = false, limits = usualStageLimits, signal } = options;
  const ownership = await ownershipFor(uid, alone);
  if (options.abandonedBefore !== undefined) await removeAbandoned(parent, options.abandonedBefore, ownership);
  // A setuid program of the root must not be in reach of the host's users: mkdtemp closes the folder to them.
  const folder = await mkdtemp(join(parent, "build-"));
  const remove = async () => await removeTree(folder, ownership);
  try {
    const directory = join(folder, "root");
    mkdirSync(directory, { mode: 0o755 });
    const { baseline, identities } = await fillRoot(entries, { directory, ownership, limits, signal });
    const untouched: Stage["untouched"] = (path, { ino, ctimeNs }) => identities.get(path) === `${ino}:${ctimeNs}`;
    return { directory, baseline, untouched, ownership, remove, [Symbol.asyncDispose]: remove };
  } catch (cause) {
    await remove();
    throw cause;
  }
}

async function removeAbandoned(parent: string, before: Date, ownership: Ownership): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith("build-")) continue;
    const folder = join(parent, name);
    const state = await stat(folder).catch(() => null);
    // What cannot be removed, as another user's, stays.
    if (state !== null && state.mtime < before) await removeTree(folder, ownership).catch(() => {});
  }
}

async function ownershipFor(uid: number, alone: boolean): Promise<Ownership> {
  if (uid === 0) return realOwnership;
  const enter = alone ? null : await findRange();
  return enter === null ? singleOwnership() : mappedOwnership(enter);
}

const execute = promisify(execFile);

/** Steps may leave folders deeper than any path can name, and closed ones: rm and chmod go through them step by step. */
async function removeTree(folder: string, { kind, enter }: Ownership): Promise<void> {
  const options = { env: { PATH: "/usr/bin:/bin" }, maxBuffer: 2 ** 20 };
  if (kind === "single") await execute("chmod", ["-R", "u+rwX", "--", folder], options).catch(() => {});
  const [program = "", ...rest] = [...enter, "rm", "-rf", "--one-file-system", "--", folder];
  await execute(program, rest, options);
}
