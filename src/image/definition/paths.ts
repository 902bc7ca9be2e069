import type { DefinitionPath } from "../../definition/schema.ts";
import type { ImageFile } from "../../facts/model.ts";
import { parentPaths } from "../../facts/path.ts";
import { ImageError } from "../error.ts";
import { directoryEntry, type Entry, entryPath, fileEntry, symlinkEntry } from "../layer/entry.ts";
import { placeIn, type Root } from "../layer/root.ts";
import { mergedUsrPath } from "../package/merged-usr.ts";
import { requireNoMarkerName } from "./marker-name.ts";
import { createOwnTree, type OwnTree, put, remove } from "./own-tree.ts";
import { requireMeaning, requireSourceType } from "./path-content.ts";

/** A file or folder that a definition names by `source`; `path` is relative to it, "" for the source itself. */
export interface SourceFile {
  readonly path: string;
  readonly type: "file" | "directory" | "symlink";
  /** Permission bits as in the catalogue: whether it is executable counts. */
  readonly executable: boolean;
  readonly linkPath: string;
  readonly content: Uint8Array;
}

/** Where the content that `paths` work on comes from. */
export interface PathPorts {
  /** The file, or the folder with all below it, that a definition names by `source`. */
  readSource(source: string): Promise<readonly SourceFile[]>;
  /** The contents of files that layers below have. */
  readContents(paths: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
}

interface Work extends OwnTree {
  readonly ports: PathPorts;
}

/**
 * Applies a definition's `paths` in their order to what `entries` and the layers below have, and returns what its own
 * layer must hold: later ones win over earlier ones and over all below. A path that leads through a link lands where the
 * link leads. Throws IMAGE_PATH_INVALID for what cannot stand in an image, such as a path below a file.
 */
export async function applyPaths(
  paths: readonly DefinitionPath[],
  { entries, below }: { readonly entries: readonly Entry[]; readonly below: Root },
  ports: PathPorts,
): Promise<readonly Entry[]> {
  const work: Work = { ...createOwnTree(below), ports };
  for (const entry of entries) put(work, entry);
  for (const item of paths) await applyPath(item, work);
  return [...work.own.values()];
}

async function applyPath(item: DefinitionPath, work: Work): Promise<void> {
  requireMeaning(item);
  const path = placeOf(item, work);
  const owner = { uid: item.uid ?? 0, gid: item.gid ?? 0 };
  const mode = item.mode === undefined ? null : Number.parseInt(item.mode, 8);
  switch (item.type) {
    case "directory":
      await putDirectory(work, { path, ...owner, mode }, item);
      return;
    case "symlink":
      put(work, symlinkEntry(path, item.source ?? "", owner));
      return;
    case "file":
    case "emptyfile":
      if (item.source !== undefined) await putSource(work, { path, ...owner, mode: mode ?? 0o644 }, item);
      else put(work, fileEntry(path, item.content ?? "", { ...owner, mode: mode ?? 0o644 }));
      return;
    case "delete":
      requireNoMarkerName(path);
      remove(work, path);
  }
}

function placeOf(item: DefinitionPath, { view }: Work): string {
  const place = placeIn(view, mergedUsrPath(entryPath(item.path)));
  if (place === null || place === "") {
    throw new ImageError("IMAGE_PATH_INVALID", `paths: ${item.path} leads through a loop of links`, {
      hint: "give the path without links",
    });
  }
  const blocking = parentPaths(place).find((parent) => (view.get(parent)?.type ?? "directory") !== "directory");
  if (blocking !== undefined && item.type !== "delete") {
    throw new ImageError("IMAGE_PATH_INVALID", `paths: ${item.path} lies below /${blocking}, which is no folder`, {
      hint: `choose another path, or take /${blocking} away before it with \`type: delete\``,
    });
  }
  return place;
}

interface Placement {
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
  /** null keeps the usual one. */
  readonly mode: number | null;
}

async function putDirectory(work: Work, placement: Placement, item: DefinitionPath): Promise<void> {
  const { recursive = false } = item;
  const { path, uid, gid, mode: asked } = placement;
  const mode = asked !== null && recursive ? recursiveMode(asked, { type: "directory", mode: asked }) : asked;
  if (item.source !== undefined) await putSource(work, { path, uid, gid, mode }, item);
  else put(work, directoryEntry(path, { uid, gid, mode: mode ?? 0o755 }));
  if (recursive) await ownAll(work, placement);
}

async function putSource(work: Work, target: Placement, item: DefinitionPath): Promise<void> {
  const { uid, gid, mode } = target;
  for (const file of await work.ports.readSource(item.source ?? "")) {
    if (file.path === "") requireSourceType(item, file);
    const path = file.path === "" ? target.path : `${target.path}/${file.path}`;
    const usual = file.executable || file.type === "directory" ? 0o755 : 0o644;
    const bits = file.path === "" ? (mode ?? usual) : usual;
    if (file.type === "directory") put(work, directoryEntry(path, { uid, gid, mode: bits }));
    else if (file.type === "symlink") put(work, symlinkEntry(path, file.linkPath, { uid, gid }));
    else put(work, fileEntry(path, file.content, { uid, gid, mode: bits }));
  }
}

/**
 * Gives all below a folder to an owner, files of lower layers included, and a mode as `recursiveMode` says: as `chown -R`
 * and `chmod -R` with `X` would.
 */
async function ownAll(work: Work, { path, uid, gid, mode }: Placement): Promise<void> {
  const inside = [...work.view.values()].filter((file) => file.path.startsWith(`${path}/`));
  const lower = inside.filter((file) => (file.type === "file" || file.type === "link") && !work.own.has(file.path));
  const contents = lower.length === 0 ? new Map() : await work.ports.readContents(lower.map((file) => file.path));
  for (const file of inside) {
    const bits = mode === null ? file.mode : recursiveMode(mode, file);
    const own = work.own.get(file.path);
    const type = file.type === "link" ? "file" : file.type;
    const content = own?.content ?? contents.get(file.path) ?? new Uint8Array(0);
    const linkPath = file.type === "symlink" ? file.linkPath : "";
    put(work, {
      path: file.path,
      type,
      mode: type === "symlink" ? 0o777 : bits,
      uid,
      gid,
      mtime: 0,
      linkPath,
      content,
    });
  }
}

/**
 * The mode that `recursive` gives to a folder or file. Only folders and executable files get execute bits: those of `mode`,
 * or where it has none, one wherever it lets read.
 */
function recursiveMode(mode: number, { type, mode: before }: Pick<ImageFile, "type" | "mode">): number {
  if (type !== "directory" && (before & 0o111) === 0) return mode & 0o7666;
  return (mode & 0o111) !== 0 ? mode : mode | ((mode & 0o444) >> 2);
}
