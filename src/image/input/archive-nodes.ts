import type { TarHeader } from "../../archive/tar-header.ts";
import { entryPath } from "../../archive/tar-path.ts";
import type { ZipHeader } from "../../archive/zip/directory.ts";
import { type InputNode, invalid } from "./tree-plan.ts";

/**
 * A tar archive's files as they stand when all of it is unpacked; contents are numbered by entry. A hard link is one more
 * name of what it repeats. Throws IMAGE_INPUT_INVALID for a hard link to what the archive does not have before it.
 */
export function tarNodes(headers: readonly TarHeader[], what: string): Iterable<InputNode> {
  const nodes = new Map<string, InputNode>();
  for (const [index, header] of headers.entries()) {
    const { path, type, linkPath } = header;
    if (type !== "link") nodes.set(path, tarNode(header, index));
    else {
      const target = nodes.get(linkPath);
      if (target === undefined || target.type === "directory") {
        throw invalid(
          `${what} has the hard link ${path} to ${linkPath}, which is no file before it`,
          "the archive is hostile or broken; nothing of it was used",
        );
      }
      nodes.set(path, { ...target, path });
    }
  }
  return nodes.values();
}

function tarNode({ path, type, mode, uid, gid, mtime, linkPath }: TarHeader, index: number): InputNode {
  const isPlain = type === "file" || type === "directory" || type === "symlink";
  const content = type === "file" ? index : null;
  return { path, type: isPlain ? type : "special", mode, uid, gid, mtime, linkPath, content };
}

/** Reads what a symbolic link in a zip archive leads to. */
export type ReadLink = (header: ZipHeader) => Promise<string>;

/** A zip archive's files, with contents numbered by header. Throws TAR_PATH_UNSAFE for a path that leads outside. */
export async function zipNodes(
  headers: readonly ZipHeader[],
  options: { readonly what: string; readonly readLink: ReadLink },
): Promise<Iterable<InputNode>> {
  const nodes = new Map<string, InputNode>();
  for (const [index, header] of headers.entries()) {
    // Windows programs write backslashes, against the specification (APPNOTE 4.4.17).
    const name = header.mode === null ? header.name.replaceAll("\\", "/") : header.name;
    const path = entryPath(name, options.what);
    const type = zipType(header, name);
    const permissions = (header.mode ?? 0) & 0o7777;
    const mode = permissions === 0 ? (type === "directory" ? 0o755 : 0o644) : permissions;
    const linkPath = type === "symlink" ? await options.readLink(header) : "";
    const content = type === "file" ? index : null;
    nodes.set(path, { path, type, mode, uid: 0, gid: 0, mtime: header.mtime, linkPath, content });
  }
  return nodes.values();
}

function zipType({ mode }: ZipHeader, name: string): InputNode["type"] {
  if (name.endsWith("/")) return "directory";
  switch ((mode ?? 0) & 0o170000) {
    case 0:
    case 0o100000:
      return "file";
    case 0o120000:
      return "symlink";
    case 0o040000:
      return "directory";
    default:
      return "special";
  }
}
