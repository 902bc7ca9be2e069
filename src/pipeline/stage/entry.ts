import { PipelineError } from "../error.ts";

/** A file for a stage's root. `path` has no leading or trailing slash; `mtime` is in seconds; links carry `linkPath`. */
export interface StageEntry {
  readonly path: string;
  readonly type: "file" | "directory" | "symlink" | "link";
  /** Permission bits with setuid, setgid and sticky: `0o755`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  /** A symlink's target as it is written; a hard link's target as a path of the root. */
  readonly linkPath: string;
  /** A file's bytes; empty for everything else. */
  readonly content: Uint8Array | AsyncIterable<Uint8Array>;
}

/** What a path of the root was before any step ran. A hard link is a file. */
export interface BaselineEntry {
  readonly type: "file" | "directory" | "symlink";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  /** Bytes of content; 0 for all but files. */
  readonly size: number;
  /** Of a file's content, in hex; empty for all else. */
  readonly sha256: string;
  /** A symlink's target; empty for all else. */
  readonly linkPath: string;
}

/** A file for an image. `path` has no leading slash; a `whiteout` says that the image has nothing there. */
export interface OutputEntry {
  readonly path: string;
  /** A `link` is one more name of the file at `linkPath`, which comes before it. */
  readonly type: "file" | "directory" | "symlink" | "link" | "whiteout";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly linkPath: string;
  /** Bytes of a file's content; 0 for all else. */
  readonly size: number;
  /** Of the content of a file, or of the file a link is a name of, in hex; empty for all else. */
  readonly sha256: string;
  /** A file's bytes, read from the root when they are asked for: the root must still be there. Empty for all else. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** The content of what has none. */
export const noContent: AsyncIterable<Uint8Array> = { async *[Symbol.asyncIterator]() {} };

/** Checks that `path` is one an entry may have; returns it. Throws PIPELINE_PATH_INVALID, naming `what`. */
export function checkedPath(path: string, what: string): string {
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..") || path.includes("\0")) {
    throw new PipelineError("PIPELINE_PATH_INVALID", `${what} is not a path inside a root: ${JSON.stringify(path)}`, {
      hint: "give it without a leading slash and without . and .. parts",
    });
  }
  return path;
}

/**
 * An absolute path of a definition, `/usr/bin` or `/usr/bin/`, as entries have it: `usr/bin`; `""` for the root.
 * Throws PIPELINE_PATH_INVALID, naming `what`, for a relative path, `.`, `..` and NUL.
 */
export function pathInRoot(path: string, what: string): string {
  const parts = path.split("/").filter((part) => part !== "");
  if (!path.startsWith("/") || parts.some((part) => part === "." || part === "..") || path.includes("\0")) {
    throw new PipelineError("PIPELINE_PATH_INVALID", `${what} is not an absolute path: ${JSON.stringify(path)}`, {
      hint: "write it from the root on, /like/this, and without . and .. parts",
    });
  }
  return parts.join("/");
}
