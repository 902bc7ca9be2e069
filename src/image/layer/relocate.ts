import { collect } from "../../archive/bytes.ts";
import { decompress } from "../../archive/decompress.ts";
import { readTar } from "../../archive/tar-read.ts";
import { joinPath, nameOf, parentOf, resolvePath } from "../../facts/path.ts";
import { ImageError } from "../error.ts";
import { isMergedUsrAlias, mergedUsrPath } from "../package/merged-usr.ts";
import { directoryEntry, type Entry } from "./entry.ts";
import { type Fragment, loadFragment, type Packing } from "./fragment.ts";
import type { Root } from "./root.ts";

const rules = "moved/1";
const fileLimit = 2 ** 32;

/**
 * `fragment`, or where paths of it lead through links of `root`, the same with its files where the links lead: what a
 * layer puts below another layer's link hides that link from some container runtimes, and follows it in others. Throws
 * IMAGE_PATH_INVALID for a loop of links.
 */
export async function relocateFragment(
  fragment: Fragment,
  { root, name }: { readonly root: Root; readonly name: string },
  packing: Packing,
): Promise<Fragment> {
  const moves = movesOf(fragment, { root, name });
  if (moves.size === 0) return fragment;
  const key = `${rules} ${JSON.stringify([...moves])} ${fragment.key}`;
  return await loadFragment({ key, open: async () => ({ entries: movedEntries(fragment, moves, packing) }) }, packing);
}

/** Where folders lead, as far as that is elsewhere. */
type Moves = ReadonlyMap<string, string>;

function movesOf(
  { directories, files }: Fragment,
  { root, name }: { readonly root: Root; readonly name: string },
): Moves {
  const folders = new Set([...directories.map(([path]) => path), ...files.map(([path]) => parentOf(path))]);
  const moves = new Map<string, string>();
  for (const folder of [...folders].toSorted()) {
    const merged = mergedUsrPath(folder);
    const place = resolvePath(root, merged);
    if (place === null) {
      throw new ImageError("IMAGE_PATH_INVALID", `${name}: /${folder} leads through a loop of links`, {
        hint: "choose a place without links for it",
      });
    }
    const isLinkToFile = place !== merged && root.has(place) && root.get(place)?.type !== "directory";
    if (place !== folder && !isLinkToFile) moves.set(folder, place);
  }
  return moves;
}

async function* movedEntries(fragment: Fragment, moves: Moves, { cache }: Packing): AsyncGenerator<Entry> {
  const what = `the fragment ${fragment.key}`;
  const placed = (path: string) => {
    const folder = parentOf(path);
    return joinPath(moves.get(folder) ?? folder, nameOf(path));
  };
  const tar = decompress(cache.stream(fragment.sha256), { limit: fragment.unpackedSize, what });
  for await (const { header, content } of readTar(tar, { what })) {
    const { type, mode, uid, gid, mtime } = header;
    const linkPath = type === "link" ? placed(header.linkPath) : header.linkPath;
    const bytes = await collect(content, { limit: fileLimit, what: `${what}: ${header.path}` });
    yield { path: placed(header.path), type, mode, uid, gid, mtime, linkPath, content: bytes };
  }
  for (const [path, mode, uid, gid, mtime] of fragment.directories) {
    if (isMergedUsrAlias(path)) continue;
    // What a link leads to has its own mode and owner.
    if (moves.get(path) === undefined || placed(path) === moves.get(path)) {
      yield directoryEntry(placed(path), { mode, uid, gid, mtime });
    }
  }
}
