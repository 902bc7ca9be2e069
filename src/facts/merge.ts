import type { ImageFile } from "./model.ts";
import { hasAncestor, joinPath, nameOf, parentOf, resolvePath } from "./path.ts";
import type { FileTrait } from "./trait.ts";
import { isMarker, opaqueName, whiteoutPrefix } from "./whiteout.ts";

/**
 * A file as a layer has it; `content` where the reader asked for it: its bytes, or what stands for them; `trait` where an
 * inspector found one.
 */
export interface LayerFile<Content = Uint8Array> {
  readonly file: ImageFile;
  readonly content: Content | null;
  readonly trait: FileTrait | null;
}

/** The layers applied so far. */
export interface MutableTree<Content = Uint8Array> {
  readonly files: Map<string, ImageFile>;
  readonly contents: Map<string, Content>;
  readonly traits: Map<string, FileTrait>;
}

/**
 * Applies one layer on top of `tree` as OCI image-spec layer.md, "Applying Changesets", says: whiteouts and opaque markers
 * hide what lower layers have and are not kept; anything replaces what stood at its path, a file also a whole folder; a
 * path that leads through a link of a lower layer lands where the link leads. A hard link takes mode, owner and content of
 * the file it repeats, and stays of type `link` with that file's path, unless it repeats a symbolic link.
 */
export function applyLayer<Content>(tree: MutableTree<Content>, layer: readonly LayerFile<Content>[]): void {
  const placer = createPlacer(tree);
  hideLower(tree, layer, placer);
  const isFirst = tree.files.size === 0;
  const replaced = new Set<string>();
  for (const entry of layer) {
    const { file } = entry;
    if (isMarker(file.path)) continue;
    const path = placer.file(file.path);
    if (path === null || path === "") continue;
    const before = tree.files.get(path);
    if (!isFirst && file.type !== "directory" && (before === undefined || before.type === "directory"))
      replaced.add(path);
    if (before?.type === "symlink" || file.type === "symlink") placer.forget();
    if (file.type === "link") addLink(tree, { ...file, path }, placer);
    else addFile(tree, path === file.path ? entry : { ...entry, file: { ...file, path } });
  }
  const current = layer[0]?.file.layer ?? 0;
  if (replaced.size > 0) dropBelow(tree, (path, file) => file.layer < current && hasAncestor(path, replaced));
}

function hideLower<Content>(tree: MutableTree<Content>, layer: readonly LayerFile<Content>[], placer: Placer): void {
  const hidden = new Set<string>();
  const opaque = new Set<string>();
  for (const { file } of layer) {
    const name = nameOf(file.path);
    if (!name.startsWith(whiteoutPrefix)) continue;
    const parent = parentOf(file.path);
    if (name === opaqueName) addPlace(opaque, placer.folder(parent));
    else if (!name.startsWith(".wh..wh."))
      addPlace(hidden, placer.file(joinPath(parent, name.slice(whiteoutPrefix.length))));
  }
  if (hidden.size === 0 && opaque.size === 0) return;
  dropBelow(tree, (path) => hidden.has(path) || hasAncestor(path, hidden) || hasAncestor(path, opaque));
  placer.forget();
}

function addPlace(places: Set<string>, place: string | null): void {
  if (place !== null) places.add(place);
}

function addFile<Content>(tree: MutableTree<Content>, { file, content, trait }: LayerFile<Content>): void {
  const { path } = file;
  tree.files.set(path, file);
  if (content === null) tree.contents.delete(path);
  else tree.contents.set(path, content);
  if (trait === null) tree.traits.delete(path);
  else tree.traits.set(path, trait);
}

function addLink<Content>(tree: MutableTree<Content>, link: ImageFile, placer: Placer): void {
  const target = placer.file(link.linkPath);
  const found = target === null || target === link.path ? undefined : tree.files.get(target);
  addFile(tree, found === undefined || found.type === "directory" ? bare(link) : repeated(tree, link, found));
}

/** What a link to `found` is: a symbolic link again, or a further name of a file. */
function repeated<Content>(tree: MutableTree<Content>, link: ImageFile, found: ImageFile): LayerFile<Content> {
  if (found.type === "symlink") return bare({ ...found, path: link.path, layer: link.layer });
  const { mode, uid, gid, capabilities } = found;
  const linkPath = found.type === "link" ? found.linkPath : found.path;
  return {
    file: { ...link, mode, uid, gid, linkPath, ...(capabilities === undefined ? {} : { capabilities }) },
    content: tree.contents.get(found.path) ?? null,
    trait: tree.traits.get(found.path) ?? null,
  };
}

function bare(file: ImageFile): LayerFile<never> {
  return { file, content: null, trait: null };
}

function dropBelow<Content>(tree: MutableTree<Content>, isGone: (path: string, file: ImageFile) => boolean): void {
  for (const [path, file] of tree.files) {
    if (!isGone(path, file)) continue;
    tree.files.delete(path);
    tree.contents.delete(path);
    tree.traits.delete(path);
  }
}

/** Says where a path of a layer lands in the tree, which the links in its folders decide; null where they form a loop. */
interface Placer {
  file(path: string): string | null;
  folder(path: string): string | null;
  /** To be called when a link has come or gone. */
  forget(): void;
}

function createPlacer(tree: Pick<MutableTree, "files">): Placer {
  const folders = new Map<string, string | null>();
  const folder = (path: string): string | null => {
    if (path === "") return "";
    const known = folders.get(path);
    if (known !== undefined) return known;
    const place = resolvePath(tree.files, path);
    folders.set(path, place);
    return place;
  };
  return {
    folder,
    file(path) {
      const parent = parentOf(path);
      const place = folder(parent);
      if (place === parent) return path;
      return place === null ? null : joinPath(place, nameOf(path));
    },
    forget() {
      folders.clear();
    },
  };
}
