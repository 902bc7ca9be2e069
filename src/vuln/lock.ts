import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { VulnError } from "./error.ts";

/** How to wait for another process. */
export interface LockOptions {
  readonly signal?: AbortSignal;
  /** Called once when another process is at work. */
  readonly waiting?: () => void;
}

/**
 * Runs `task` while no other process, and nobody else in this one, changes the index `path`: waits until they are done.
 * Readers need no lock. It is held by the operating system, through SQLite, so that none is left when a process dies.
 * Throws VULN_INDEX_UNWRITABLE, the signal's reason, and what `task` throws.
 */
export async function withIndexLock<Result>(
  path: string,
  options: LockOptions,
  task: () => Promise<Result>,
): Promise<Result> {
  const database = await openLock(`${path}.lock`);
  try {
    for (let tries = 0; !take(database, path); tries++) {
      if (tries === 0) options.waiting?.();
      await pause(Math.min(200, 10 * 2 ** tries), undefined, options.signal && { signal: options.signal }).catch(
        () => {},
      );
      options.signal?.throwIfAborted();
    }
    return await task();
  } finally {
    database.close();
  }
}

async function openLock(path: string): Promise<DatabaseSync> {
  try {
    await mkdir(dirname(path), { recursive: true });
    return new DatabaseSync(path, { timeout: 0 });
  } catch (cause) {
    throw cannotLock(path, cause);
  }
}

/** Whether the lock could be had at once. */
function take(database: DatabaseSync, path: string): boolean {
  try {
    // Nothing is ever written; a journal on disk would be left behind by a process that dies.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return true;
  } catch (cause) {
    if (cause instanceof Error && "errcode" in cause && cause.errcode === busy) return false;
    throw cannotLock(path, cause);
  }
}

/** SQLITE_BUSY. */
const busy = 5;

function cannotLock(path: string, cause: unknown): VulnError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new VulnError("VULN_INDEX_UNWRITABLE", `cannot lock the advisory index ${path}: ${why}`, {
    hint: "free some space, or choose a folder that can be written; the old index is unchanged",
    cause,
  });
}
