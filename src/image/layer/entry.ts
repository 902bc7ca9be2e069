import { tarHeader, tarPadding } from "../../archive/tar-write.ts";
import type { FileType } from "../../facts/model.ts";
import { ImageError } from "../error.ts";

/** A file about to go into a layer. `path` has no leading or trailing slash; `mtime` is in seconds; links carry `linkPath`. */
export interface Entry {
  readonly path: string;
  readonly type: FileType;
  /** Permission bits with setuid, setgid and sticky: `0o755`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly linkPath: string;
  readonly content: Uint8Array;
}

const nothing = new Uint8Array(0);

/** A regular file. */
export function fileEntry(path: string, content: Uint8Array | string, attributes: Partial<Entry> = {}): Entry {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return { ...plain(path, "file", 0o644), ...attributes, content: bytes };
}

/** A directory. */
export function directoryEntry(path: string, attributes: Partial<Entry> = {}): Entry {
  return { ...plain(path, "directory", 0o755), ...attributes };
}

/** A symbolic link to `target`, which is kept as it is written. */
export function symlinkEntry(path: string, target: string, attributes: Partial<Entry> = {}): Entry {
  return { ...plain(path, "symlink", 0o777), ...attributes, linkPath: target };
}

/** The tar bytes of `entry`: header, content and padding. */
export function encodeEntry(entry: Entry): readonly Uint8Array[] {
  const size = entry.content.length;
  const { content: _, ...header } = entry;
  const encoded = tarHeader({ ...header, size });
  return size === 0 ? [encoded] : [encoded, entry.content, tarPadding(size)];
}

/**
 * A path of a definition, `/usr/bin/x` or `usr/bin/x`, in the form entries have.
 * Throws IMAGE_PATH_INVALID for the root itself, `..`, empty parts and NUL.
 */
export function entryPath(path: string): string {
  const trimmed = path.replace(/^\/+/, "").replace(/\/+$/, "");
  const parts = trimmed.split("/");
  if (trimmed === "" || parts.some((part) => part === "" || part === "." || part === "..") || trimmed.includes("\0")) {
    throw new ImageError("IMAGE_PATH_INVALID", `not a path inside an image: ${JSON.stringify(path)}`, {
      hint: "write it absolute and without . or .. parts",
    });
  }
  return trimmed;
}

function plain(path: string, type: FileType, mode: number): Entry {
  return { path, type, mode, uid: 0, gid: 0, mtime: 0, linkPath: "", content: nothing };
}
