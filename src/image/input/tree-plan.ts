import { parentPaths } from "../../facts/path.ts";
import { hasMarkerName, markerReason } from "../definition/marker-name.ts";
import { ImageError } from "../error.ts";
import type { Entry } from "../layer/entry.ts";
import type { Selection } from "./selection.ts";

/** A file of an input as its headers describe it. `path` is relative, `""` for the input's root. */
export interface InputNode {
  readonly path: string;
  /** `special` for devices and FIFOs. Hard links are files that share a content. */
  readonly type: "file" | "directory" | "symlink" | "special";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  /** A symlink's target. */
  readonly linkPath: string;
  /** Which of the input's contents a file has; null for a hard link to what is not there, and all that is no file. */
  readonly content: number | null;
}

/** What is taken of a tree, and what becomes of it. */
export interface TreeRules {
  /** The input, for messages. */
  readonly what: string;
  readonly selection: Selection;
  /** Where a path of the input goes in the image; null for what the image has anyway. */
  readonly place: (path: string) => string | null;
  readonly attributes: (node: InputNode) => Pick<Entry, "mode" | "uid" | "gid">;
}

/** The entries a tree becomes. */
export interface TreePlan {
  /** Files by the number of their content, still without it. */
  readonly files: ReadonlyMap<number, Entry>;
  /** Directories, links and hard links to `files`, sorted by path. */
  readonly others: readonly Entry[];
  /** Paths of all but directories, sorted. */
  readonly owned: readonly string[];
}

const nothing = new Uint8Array(0);

/**
 * Plans what goes into the image: the selected files and the directories they are in. Of files at the same place the
 * last wins. A file whose first place is left out stands at another, and hard links name files that are there. Throws
 * IMAGE_INPUT_INVALID when nothing is selected, for devices, for a file below something that is no directory, and for
 * names that would be markers.
 */
export function planTree(nodes: Iterable<InputNode>, rules: TreeRules): TreePlan {
  const placed = placeSelected([...nodes], rules);
  const sorted = [...placed].sort(([a], [b]) => (a < b ? -1 : 1));
  if (sorted.length === 0) {
    throw invalid(
      `nothing of ${rules.what} is taken`,
      "look at path, includes and excludes; globs have no leading slash",
    );
  }
  const files = new Map<number, Entry>();
  const others: Entry[] = [];
  for (const [path, node] of sorted) {
    requireDirectories(path, placed, rules);
    if (hasMarkerName(path)) {
      throw invalid(`${rules.what} has ${node.path}: ${markerReason}`, "leave it out with `excludes`");
    }
    const entry = { path, ...rules.attributes(node), mtime: node.mtime, linkPath: "", content: nothing };
    if (node.type === "special") {
      throw invalid(`${rules.what} has the device or FIFO ${node.path}`, "leave it out with `excludes`");
    }
    if (node.type !== "file") {
      others.push({ ...entry, type: node.type, linkPath: node.linkPath });
      continue;
    }
    if (node.content === null) throw invalid(`${rules.what} has a hard link ${node.path} to nothing`, hostile);
    const first = files.get(node.content);
    if (first === undefined) files.set(node.content, { ...entry, type: "file" });
    else others.push({ ...entry, type: "link", linkPath: first.path });
  }
  const owned = sorted.filter(([, node]) => node.type !== "directory").map(([path]) => path);
  return { files, others, owned };
}

const hostile = "the archive is hostile or broken; nothing of it was used";

/** What is read of an input: the content with this number. */
export interface InputContent {
  readonly content: number;
  readonly bytes: Uint8Array;
}

/** The planned files as their contents come, then all else. Throws IMAGE_INPUT_INVALID when a content is missing. */
export async function* plannedEntries(
  plan: TreePlan,
  contents: AsyncIterable<InputContent>,
  what: string,
): AsyncGenerator<Entry> {
  let written = 0;
  for await (const { content, bytes } of contents) {
    const file = plan.files.get(content);
    if (file === undefined) continue;
    written += 1;
    yield { ...file, content: bytes };
  }
  if (written !== plan.files.size) throw invalid(`${what} changed while it was read`, "run the command again");
  yield* plan.others;
}

/** IMAGE_INPUT_INVALID. */
export function invalid(message: string, hint: string, cause?: unknown): ImageError {
  return new ImageError("IMAGE_INPUT_INVALID", message, { hint, ...(cause === undefined ? {} : { cause }) });
}

/** By place in the image: the selected nodes, and the directories above them as the input has them. */
function placeSelected(nodes: readonly InputNode[], { selection, place }: TreeRules): ReadonlyMap<string, InputNode> {
  const selected = nodes.filter(({ path }) => path !== "" && selection(path));
  const above = new Set(selected.flatMap(({ path }) => parentPaths(path)));
  const chosen = new Set(selected);
  const placed = new Map<string, InputNode>();
  for (const node of nodes) {
    const isParent = node.type === "directory" && above.has(node.path);
    if (!chosen.has(node) && !isParent) continue;
    const path = place(node.path);
    if (path !== null) placed.set(path, node);
  }
  return placed;
}

/** A path through a link would land where the input does not say, and through a file nowhere. */
function requireDirectories(path: string, placed: ReadonlyMap<string, InputNode>, { what }: TreeRules): void {
  for (const parent of parentPaths(path)) {
    const node = placed.get(parent);
    if (node === undefined || node.type === "directory") continue;
    throw invalid(`${what} has /${path} below /${parent}, which is a ${node.type}`, hostile);
  }
}
