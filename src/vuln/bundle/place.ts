import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CodedError } from "../../error.ts";
import { VulnError } from "../error.ts";

/**
 * Writes the file `path` through `fill` under a temporary name beside it, lets `check` look at it, and swaps it in when all of
 * it is on disk: on failure, and when the process dies, `path` stays what it was. Throws VULN_INDEX_UNWRITABLE, and what
 * `fill` and `check` throw.
 */
export async function placeFile<Result>(
  path: string,
  fill: (handle: FileHandle, temporary: string) => Promise<Result>,
  check: (temporary: string) => void = () => {},
): Promise<Result> {
  // Of the form that an import removes when it finds one that was left behind.
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}-${randomBytes(6).toString("hex")}.partial`);
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(temporary, "wx", 0o644);
    let result: Result;
    try {
      result = await fill(handle, temporary);
      await handle.sync();
    } finally {
      await handle.close();
    }
    check(temporary);
    await rename(temporary, path);
    await syncFolder(dirname(path));
    return result;
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw unwritable(cause, path);
  }
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const diskCodes = /^(ENOSPC|EDQUOT|EROFS|EACCES|EPERM|ENOTDIR|EISDIR|EEXIST|EFBIG|ENAMETOOLONG)$/;

function unwritable(cause: unknown, path: string): unknown {
  if (cause instanceof CodedError || !(cause instanceof Error) || !("code" in cause)) return cause;
  if (typeof cause.code !== "string" || !diskCodes.test(cause.code)) return cause;
  return new VulnError("VULN_INDEX_UNWRITABLE", `cannot write ${path}: ${cause.code}`, {
    hint: "free some space, or choose a folder that can be written; nothing half-written was kept",
    cause,
  });
}
