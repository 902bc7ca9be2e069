import { createHash } from "node:crypto";
import { type BigIntStats, constants, lstatSync, readdirSync, readlinkSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { BaselineEntry } from "./entry.ts";
import type { Stage } from "./root.ts";

/** What a path of a root is now. `special` is a device, a socket or a FIFO; `unreadable` has a name nothing can open. */
export interface RootFile {
  /** Without leading slash; `""` is the root. */
  readonly path: string;
  readonly type: "file" | "directory" | "symlink" | "special" | "unreadable";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly size: number;
  readonly linkPath: string;
  /** The same for two names of one file. */
  readonly identity: string;
  /** How many names the file has. */
  readonly names: number;
  /** What the baseline has at this path. */
  readonly before: BaselineEntry | null;
  /** Whether it is still the very file of the baseline; false means it has to be compared. */
  readonly untouched: boolean;
}

/** Folders a sandbox mounts on, and /tmp, which a build's steps share and nothing else has. */
const left = new Set(["proc", "sys", "dev", "tmp"]);

/**
 * `path` and all below it, a folder before what is in it; symlinks are not followed. From the root, /proc, /sys, /dev and
 * /tmp are left out.
 */
export function* walkRoot(stage: Stage, path: string): Generator<RootFile> {
  const file = describe(stage, path);
  yield file;
  if (file.type !== "directory") return;
  for (const name of readdirSync(join(stage.directory, path)).sort()) {
    if (path === "" && left.has(name)) continue;
    yield* walkRoot(stage, path === "" ? name : `${path}/${name}`);
  }
}

/** Whether a walk from the root would leave `path` out. */
export function isLeftOut(path: string): boolean {
  return left.has(path.split("/", 1).join(""));
}

/** What is at `path` now. */
export function describe(stage: Stage, path: string): RootFile {
  const place = join(stage.directory, path);
  const before = stage.baseline.get(path) ?? null;
  const state = stateOrNull(place);
  if (state === null) return { ...nothing, path, before };
  const type = state.isFile()
    ? "file"
    : state.isDirectory()
      ? "directory"
      : state.isSymbolicLink()
        ? "symlink"
        : "special";
  return {
    path,
    type,
    mode: type === "symlink" ? 0o777 : stage.ownership.mode(state),
    ...stage.ownership.of(state),
    mtime: Number(state.mtimeNs / 1_000_000_000n),
    size: type === "file" ? Number(state.size) : 0,
    linkPath: type === "symlink" ? readlinkSync(place) : "",
    identity: `${state.dev}:${state.ino}`,
    names: Number(state.nlink),
    before,
    untouched: before !== null && stage.untouched(path, state),
  };
}

/** SHA-256, in hex, of the file at `path` of the root. */
export async function hashFile(stage: Stage, path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of fileContent(stage, path)) hash.update(chunk);
  return hash.digest("hex");
}

/** The bytes of the file at `path` of the root; each iteration reads them anew. */
export function fileContent(stage: Stage, path: string): AsyncIterable<Uint8Array> {
  return {
    async *[Symbol.asyncIterator]() {
      const file = await open(join(stage.directory, path), constants.O_RDONLY | constants.O_NOFOLLOW);
      yield* file.createReadStream({ highWaterMark: 2 ** 20 });
    },
  };
}

const nothing = {
  type: "unreadable",
  ...{ mode: 0, uid: 0, gid: 0, mtime: 0, size: 0, linkPath: "", identity: "", names: 0, untouched: false },
} as const;

/** A name that is no UTF-8, or a path that is too long, cannot be looked up. */
function stateOrNull(place: string): BigIntStats | null {
  try {
    return lstatSync(place, { bigint: true });
  } catch {
    return null;
  }
}
