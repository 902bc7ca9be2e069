import { open, rm, stat } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { diskError, errorCode } from "./disk-error.ts";

/** A lock older than this, in milliseconds, was left by a process that died: what is done under one takes far less. */
const staleAfter = 10_000;

/**
 * Runs `task` while this process alone holds the lock file `path`, among processes that use this function. Throws
 * CONTENT_UNWRITABLE where the disk refuses the lock.
 */
export async function withFileLock<Result>(path: string, task: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; !(await take(path)); attempt++) {
    if (attempt % 100 === 0) await dropStale(path);
    await pause(5);
  }
  try {
    return await task();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    const handle = await open(path, "wx");
    await handle.close();
    return true;
  } catch (cause) {
    if (errorCode(cause) === "EEXIST") return false;
    throw diskError(cause, path);
  }
}

async function dropStale(path: string): Promise<void> {
  const held = await stat(path).catch(() => null);
  if (held === null) return;
  try {
    if ((await timeOfNow(`${path}.${process.pid}`)) - held.mtimeMs > staleAfter) await rm(path, { force: true });
  } catch (cause) {
    throw diskError(cause, path);
  }
}

/** Ages are compared by the file system's own clock: that of the file `probe`, written now and removed. */
async function timeOfNow(probe: string): Promise<number> {
  await (await open(probe, "w")).close();
  const { mtimeMs } = await stat(probe);
  await rm(probe, { force: true });
  return mtimeMs;
}
