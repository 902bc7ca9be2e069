import { statfsSync } from "node:fs";
import { lstat, readdir } from "node:fs/promises";

/** What lies below some folders. */
export interface Usage {
  /** Bytes on disk, a file of several names counted once, and 512 for each name. */
  readonly bytes: number;
  readonly names: number;
  /** Whether all could be looked at: a step may close a folder, or nest it deeper than a path can be. */
  readonly complete: boolean;
}

/** How much the folders hold. They may change meanwhile, and be gone. */
export async function measure(folders: readonly string[]): Promise<Usage> {
  const counting: Counting = { seen: new Set(), bytes: 0, names: 0, complete: true };
  for (const folder of folders) await count(Buffer.from(folder), counting);
  return counting;
}

/** Bytes in use on the file system that holds `folder`, whoever uses them; files that have no bytes count 512. */
export function used(folder: string): number {
  const { blocks, bfree, bsize, files, ffree } = statfsSync(folder);
  return (blocks - bfree) * bsize + (files - ffree) * 512;
}

interface Counting {
  readonly seen: Set<string>;
  bytes: number;
  names: number;
  complete: boolean;
}

/** Names are bytes here: a step may give one that is no UTF-8. */
async function count(path: Buffer, counting: Counting): Promise<void> {
  try {
    const state = await lstat(path);
    counting.names++;
    counting.bytes += 512;
    if (state.nlink > 1 && !state.isDirectory()) {
      const identity = `${state.dev}:${state.ino}`;
      if (counting.seen.has(identity)) return;
      counting.seen.add(identity);
    }
    counting.bytes += state.blocks * 512;
    if (!state.isDirectory()) return;
    for (const name of await readdir(path, { encoding: "buffer" })) {
      await count(Buffer.concat([path, Buffer.from("/"), name]), counting);
    }
  } catch (cause) {
    const gone = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    if (!gone) counting.complete = false;
  }
}
