import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "../../content/disk-error.ts";
import { type Lock, parseLock, printLock } from "../../definition/lock.ts";
import { FlowError } from "../error.ts";
import { lockImage } from "../lock.ts";
import type { Ports } from "../ports.ts";
import { writeText } from "../write-text.ts";
import type { FoundImage, ImageRequest } from "./request.ts";

/** Where the lock of a definition lies: beside it, `24.lock.json` for `24.yaml`. */
export function lockFileFor(catalog: string, path: string): string {
  return join(catalog, path.replace(/\.yaml$/, ".lock.json"));
}

/** Writes a lock; the file appears whole or not at all. */
export async function writeLock(file: string, lock: Lock): Promise<void> {
  await writeText(file, printLock(lock));
}

/**
 * Locks an image anew and writes that beside its definition, for all platforms the definition names, whichever are asked for:
 * a lock of some of them would be none for the others. Throws what `lockImage` and `writeLock` do.
 */
export async function renewLock(request: ImageRequest, ports: Ports): Promise<void> {
  const { lock, found } = await lockImage({ ...request, platforms: [] }, ports);
  await writeLock(lockFileFor(ports.catalog, found.match.entry.path), lock);
}

/**
 * Reads a lock, of whatever state of its definition. Throws FLOW_INPUT_MISSING when there is none or it cannot be read, and
 * LOCK_INVALID.
 */
export async function readLockFile(file: string): Promise<Lock> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  return parseLock(text, { file });
}

function unreadable(file: string, cause: unknown): FlowError {
  const code = errorCode(cause) ?? "unknown";
  if (code === "ENOENT") {
    return new FlowError("FLOW_INPUT_MISSING", `there is no lock ${file}`, {
      hint: "make one with `hardpan lock`",
      cause,
    });
  }
  const why = code === "EISDIR" ? "it is a folder" : code;
  return new FlowError("FLOW_INPUT_MISSING", `the lock ${file} cannot be read: ${why}`, {
    hint: "name a file that `hardpan lock` has written, and that you may read",
    cause,
  });
}

/**
 * Reads the lock `beside` the definition or in a file, and checks that it is of this definition as it stands and has all
 * platforms that are asked for. Throws FLOW_INPUT_MISSING when there is none or it lacks one, FLOW_LOCK_STALE when the
 * definition has changed since, and what `readLockFile` does.
 */
export async function readLock(where: string, found: FoundImage, ports: Pick<Ports, "catalog">): Promise<Lock> {
  const file = where === "beside" ? lockFileFor(ports.catalog, found.match.entry.path) : where;
  const lock = await readLockFile(file);
  requireCurrent(lock, found, file);
  const missing = found.platforms.filter((platform) => lock.platforms[platform] === undefined);
  if (missing.length === 0) return lock;
  throw new FlowError("FLOW_INPUT_MISSING", `the lock ${file} has nothing for ${missing.join(", ")}`, {
    hint: "make it again with `hardpan lock`, or build with --platform what it has",
  });
}

function requireCurrent(lock: Lock, { match: { entry, source } }: FoundImage, file: string): void {
  if (lock.definition.path === entry.path && lock.definition.sha256 === source.sha256) return;
  const problem =
    lock.definition.path === entry.path
      ? `is older than ${entry.path}, which has changed since`
      : `is the lock of ${lock.definition.path}, not of ${entry.path}`;
  throw new FlowError("FLOW_LOCK_STALE", `${file} ${problem}`, { hint: "make it again with `hardpan lock`" });
}
