import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, readdir, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { CacheError } from "../cache/error.ts";

/**
 * The part of a download that is already on disk. Its file belongs to this process alone: a file that another process
 * left behind is taken over by renaming it, which only one can do, so no lock is needed and none can go stale.
 */
export interface Partial {
  /** Bytes so far. */
  readonly size: number;
  /** Adds `content` at the end and tells the size after each piece. Keeps what came when `content` fails. */
  append(content: AsyncIterable<Uint8Array>, grown: (size: number) => void): Promise<void>;
  /** Gives up what is there. */
  clear(): Promise<void>;
  content(): AsyncIterable<Uint8Array>;
  /** Leaves the file for the next one who wants to go on with it. */
  release(): Promise<void>;
  remove(): Promise<void>;
}

/** Opens the partial file for `key` (hex) in `folder`: one left by an earlier download if there is any, else a new one. */
export async function openPartial(folder: string, key: string): Promise<Partial> {
  const path = join(folder, `${key}.${owner()}.${randomBytes(6).toString("hex")}`);
  await claimLeftover(folder, { key, path });
  let size = await sizeOf(path);
  return {
    get size() {
      return size;
    },
    async append(content, grown) {
      const handle = await open(path, "a");
      try {
        for await (const chunk of content) {
          await writeAll(handle, chunk);
          size += chunk.length;
          grown(size);
        }
      } catch (cause) {
        throw unwritable(cause, folder);
      } finally {
        await handle.close();
      }
    },
    async clear() {
      await rm(path, { force: true });
      size = 0;
    },
    content: () => createReadStream(path, { highWaterMark: 1 << 20 }),
    async release() {
      if (size === 0) await rm(path, { force: true });
      else await rename(path, join(folder, `${key}.free.${randomBytes(6).toString("hex")}`)).catch(ignoreAbsent);
    },
    async remove() {
      await rm(path, { force: true });
    },
  };
}

/** Takes over the largest file of `key` that nobody writes to any more; the others are removed. */
async function claimLeftover(folder: string, own: { readonly key: string; readonly path: string }): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(`${own.key}.`) && isLeft(name));
  const sized = await Promise.all(names.map(async (name) => ({ name, size: await sizeOf(join(folder, name)) })));
  sized.sort((a, b) => b.size - a.size || (a.name < b.name ? -1 : 1));
  let claimed = false;
  for (const { name } of sized) {
    if (claimed) await rm(join(folder, name), { force: true });
    else
      claimed = await rename(join(folder, name), own.path).then(
        () => true,
        (cause: unknown) => ignoreAbsent(cause) ?? false,
      );
  }
}

/** Whether the partial file `name` has been released, or was written by a process of this machine that is gone. */
function isLeft(name: string): boolean {
  const [, who = ""] = name.split(".");
  if (who === "free") return true;
  const [machine, process_] = who.split("-");
  return machine === machineName() && !isAlive(Number(process_));
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return cause instanceof Error && "code" in cause && cause.code === "EPERM";
  }
}

function owner(): string {
  return `${machineName()}-${process.pid}`;
}

/** The machine as far as process numbers go: containers that share a cache folder have their own host names. */
function machineName(): string {
  return Buffer.from(hostname(), "utf8").toString("hex").slice(0, 40);
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length; ) at += (await handle.write(chunk, at)).bytesWritten;
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(ignoreAbsent))?.size ?? 0;
}

const diskCodes = new Set(["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "EIO"]);

function unwritable(cause: unknown, folder: string): unknown {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (typeof code !== "string" || !diskCodes.has(code)) return cause;
  return new CacheError("CACHE_UNWRITABLE", `cannot write to the cache ${folder}: ${code}`, {
    hint: "free some space, or set XDG_CACHE_HOME to a folder that can be written",
    cause,
  });
}

function ignoreAbsent(cause: unknown): undefined {
  if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
  throw cause;
}
