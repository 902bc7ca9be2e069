import type { Stats } from "node:fs";
import { lstat, readdir, readlink, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { errorCode, readError } from "../disk-error.ts";
import { ContentError } from "../error.ts";
import { type ContentBudget, contentOf } from "./content.ts";
import { isVirtual } from "./virtual.ts";

/** A file below a folder of the disk. `path` is relative to that folder, without leading slash; `mode` has permissions only. */
export interface DirectoryFile {
  readonly path: string;
  readonly type: "file" | "directory" | "symlink";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Where a symbolic link leads, as it says itself; empty for all else. */
  readonly linkPath: string;
  /**
   * The bytes of a regular file, `size` of them. Throws CONTENT_UNREADABLE where it cannot be read or has changed, and
   * CONTENT_TOO_LARGE where all that was read together is too much.
   */
  content(): AsyncIterable<Uint8Array>;
}

/** What is read at most: files and folders, and bytes of contents. */
export interface DirectoryLimits {
  readonly entries: number;
  readonly bytes: number;
}

/** How to read a folder. */
export interface DirectoryOptions {
  readonly limits?: Partial<DirectoryLimits>;
  /** Told of what cannot be read and is passed over. */
  readonly warn: (path: string, reason: string) => void;
  readonly signal?: AbortSignal;
}

/** As large as an image may be that is read. */
const usualLimits: DirectoryLimits = { entries: 4_000_000, bytes: 64 * 2 ** 30 };

/** Folders that are passed over: what git keeps is history, not what is there. */
const ignoredFolders: ReadonlySet<string> = new Set([".git"]);

/**
 * The files below the folder `path`, a folder before what is in it, names in the order of their code units; where `path` is
 * a file, that file alone, under its own name. Links are shown as links and never followed, except that `path` itself may
 * be one. Passed over are devices, sockets, pipes, folders named `.git`, and file systems such as /proc that keep no files;
 * with a warning, what may not be read and names that are not UTF-8. Throws CONTENT_NOT_FOUND, CONTENT_UNREADABLE for
 * `path` itself, and CONTENT_TOO_LARGE.
 */
export async function* readDirectory(
  path: string,
  options: DirectoryOptions,
): AsyncGenerator<DirectoryFile, void, undefined> {
  const { entries, bytes } = { ...usualLimits, ...options.limits };
  const { root, found } = await openRoot(path);
  const walk: Walk = { root, shown: path, left: { entries }, budget: { left: bytes, limit: bytes }, options };
  if (!found.isDirectory()) {
    yield fileAt({ ...walk, root: dirname(root) }, basename(root), found);
    return;
  }
  const names = await readdir(root, { encoding: "buffer" }).catch(refuse(path));
  const folders: Folder[] = [{ entries: entriesOf(walk, "", names), device: found.dev }];
  for (let folder = folders.at(-1); folder !== undefined; folder = folders.at(-1)) {
    const next = await folder.entries.next();
    if (next.done === true) {
      folders.pop();
      continue;
    }
    const seen = await look(walk, next.value, folder.device);
    if (seen === null) continue;
    yield seen.file;
    if (seen.file.type === "directory") folders.push(await enter(walk, seen.file.path, seen.device));
  }
}

interface Walk {
  readonly root: string;
  readonly shown: string;
  readonly left: { entries: number };
  readonly budget: ContentBudget;
  readonly options: DirectoryOptions;
}

/** A folder being read: what is left of it, and the device it is on. */
interface Folder {
  readonly entries: AsyncIterator<Entry, unknown>;
  readonly device: number;
}

/** Something in a folder, by its path below the root, as the system shows it. */
interface Entry {
  readonly path: string;
  readonly found: Stats | Error;
}

async function openRoot(path: string): Promise<{ readonly root: string; readonly found: Stats }> {
  const root = await realpath(path).catch(refuse(path));
  const found = await lstat(root).catch(refuse(path));
  if (found.isDirectory() || found.isFile()) return { root, found };
  throw new ContentError("CONTENT_INVALID", `${path} is neither a folder nor a regular file`, {
    hint: "name a folder, or one file such as package-lock.json",
  });
}

/** The file of an entry and the device it is on; null for what is passed over. */
async function look(walk: Walk, { path, found }: Entry, device: number) {
  const { options, root, left } = walk;
  options.signal?.throwIfAborted();
  left.entries -= 1;
  if (left.entries < 0) throw tooMany(walk);
  const whole = join(root, path);
  if (found instanceof Error) return passOver(walk, path, found);
  if (found.isFile()) return { file: fileAt(walk, path, found), device };
  if (found.isSymbolicLink()) {
    const target = await orError(readlink(whole));
    if (target instanceof Error) return passOver(walk, path, target);
    return { file: { ...bare(path, found), type: "symlink" as const, linkPath: target }, device };
  }
  if (!found.isDirectory() || ignoredFolders.has(basename(path))) return null;
  if (found.dev !== device && (await isVirtual(whole))) return null;
  return { file: { ...bare(path, found), type: "directory" as const }, device: found.dev };
}

function fileAt(walk: Walk, path: string, found: Stats): DirectoryFile {
  const { budget, options, root } = walk;
  const content = () => contentOf(join(root, path), found, { budget, ...options });
  return { ...bare(path, found), type: "file", size: found.size, content };
}

function bare(path: string, { mode, uid, gid }: Stats) {
  return { path, mode: mode & 0o7777, uid, gid, size: 0, linkPath: "", content: nothing };
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}

async function enter(walk: Walk, path: string, device: number): Promise<Folder> {
  const names = await orError(readdir(join(walk.root, path), { encoding: "buffer" }));
  if (names instanceof Error) passOver(walk, path, names);
  return { entries: entriesOf(walk, path, names instanceof Error ? [] : names), device };
}

/** How many files the system is asked about at a time. */
const asked = 32;

async function* entriesOf(
  walk: Walk,
  folder: string,
  names: readonly Buffer[],
): AsyncGenerator<Entry, void, undefined> {
  const paths = readable(walk, folder, names).map((name) => (folder === "" ? name : `${folder}/${name}`));
  for (let at = 0; at < paths.length; at += asked) {
    const some = paths.slice(at, at + asked);
    yield* await Promise.all(some.map(async (path) => ({ path, found: await orError(lstat(join(walk.root, path))) })));
  }
}

/** The names that are UTF-8, in their order. */
function readable(walk: Walk, folder: string, names: readonly Buffer[]): readonly string[] {
  if (names.length > walk.left.entries) throw tooMany(walk);
  const found: string[] = [];
  for (const bytes of names) {
    const name = bytes.toString("utf8");
    if (Buffer.from(name, "utf8").equals(bytes)) found.push(name);
    else walk.options.warn(join(folder, name), "its name is not UTF-8");
  }
  return found.sort();
}

/** What has gone since its name was read is passed over without a word. */
function passOver({ options }: Walk, path: string, cause: Error): null {
  const code = errorCode(cause);
  if (code !== "ENOENT") options.warn(path, `it cannot be read: ${code ?? cause.message}`);
  return null;
}

async function orError<Value>(work: Promise<Value>): Promise<Value | Error> {
  return await work.catch((cause: unknown) => (cause instanceof Error ? cause : new Error(String(cause))));
}

function tooMany({ shown, options }: Walk): ContentError {
  const most = options.limits?.entries ?? usualLimits.entries;
  return new ContentError("CONTENT_TOO_LARGE", `${shown} has more than ${most} files and folders`, {
    hint: "name a folder within it",
  });
}

function refuse(path: string): (cause: unknown) => never {
  return (cause) => {
    const code = errorCode(cause);
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new ContentError("CONTENT_NOT_FOUND", `there is nothing at ${path}`, { hint: "check the path" });
    }
    throw readError(cause, path);
  };
}
