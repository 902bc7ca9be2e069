import { ArchiveError } from "./error.ts";

/**
 * The path of a tar entry as a relative path: leading `/` and `./`, a trailing `/` and empty or `.` parts removed; the
 * root itself is `""`. Throws TAR_PATH_UNSAFE for a `..` part or a NUL.
 */
export function entryPath(path: string, what: string): string {
  if (isUnsafe(path)) {
    throw new ArchiveError("TAR_PATH_UNSAFE", `${what} has the entry ${quoted(path)}, which leads outside`, {
      hint: "the archive is hostile or broken; nothing of it was used",
    });
  }
  return relativePath(path);
}

/** The target of a hard link, a path within the archive. Throws TAR_LINK_UNSAFE when absolute or leading outside. */
export function hardLinkPath(target: string, options: { readonly path: string; readonly what: string }): string {
  if (target.startsWith("/") || isUnsafe(target) || relativePath(target) === "") {
    throw new ArchiveError(
      "TAR_LINK_UNSAFE",
      `${options.what} has the hard link ${quoted(options.path)} to ${quoted(target)}`,
      {
        hint: "a hard link may only name another entry of the same archive; the archive is hostile or broken",
      },
    );
  }
  return relativePath(target);
}

/** `text` for a message: quoted and not too long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}

function isUnsafe(path: string): boolean {
  if (path.includes("\0")) return true;
  return path.includes("..") && path.split("/").includes("..");
}

function relativePath(path: string): string {
  const start = path.startsWith("./") ? 2 : 0;
  const end = path.endsWith("/") ? path.length - 1 : path.length;
  const trimmed = path.slice(start, Math.max(start, end));
  return isPlain(trimmed)
    ? trimmed
    : trimmed
        .split("/")
        .filter((part) => part !== "" && part !== ".")
        .join("/");
}

function isPlain(path: string): boolean {
  if (path.includes("//") || path.includes("/./")) return false;
  return !(path.startsWith("/") || path.startsWith("./") || path.endsWith("/") || path.endsWith("/.") || path === ".");
}
