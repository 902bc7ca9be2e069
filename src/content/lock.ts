import { open, rm, stat } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { errorCode } from "./disk.ts";

/** A lock older than this, in milliseconds, was left by a process that died: what is done under one takes far less. */
const staleAfter = 10_000;

/** Runs `task` while this process alone holds the lock file `path`, among processes that use this function. */
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
    throw cause;
  }
}

/** Ages are compared by the file system's own clock: that of a file written now. */
async function dropStale(path: string): Promise<void> {
  const held = await stat(path).catch(() => null);
  if (held === null) return;
  const probe = `${path}.${process.pid}`;
  await (await open(probe, "w")).close();
  const { mtimeMs } = await stat(probe);
  await rm(probe, { force: true });
  if (mtimeMs - held.mtimeMs > staleAfter) await rm(path, { force: true });
}
