import { createFolderPlaces } from "./files/folder-places.ts";
import { createFileTable, type DropRule, type FileTable } from "./files/table.ts";
import type { DisplacedFinding } from "./files/tree.ts";
import type { ImageFile } from "./model.ts";
import { joinPath, nameOf, parentOf } from "./path.ts";
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
  /** What a finder made of the content, as JSON; null where it made nothing of it. */
  readonly finding: unknown;
}

/** The layers applied so far. */
export interface MutableTree<Content = Uint8Array> {
  readonly files: FileTable;
  readonly contents: Map<string, Content>;
  readonly traits: Map<string, FileTrait>;
  readonly findings: Map<string, unknown>;
  /** Findings of lower layers that are no longer there, in the order in which they went. */
  readonly displaced: DisplacedFinding[];
}

/** A layer to apply: its number, the paths of its whiteouts and opaque markers, and its files in the archive's order. */
export interface AppliedLayer<Content = Uint8Array> {
  readonly index: number;
  readonly markers: readonly string[];
  readonly files: Iterable<LayerFile<Content>>;
}

/** A tree to which no layer was applied. */
export function createTree<Content = Uint8Array>(): MutableTree<Content> {
  return { files: createFileTable(), contents: new Map(), traits: new Map(), findings: new Map(), displaced: [] };
}

/**
 * Applies one layer on top of `tree` as OCI image-spec layer.md, "Applying Changesets", says: whiteouts and opaque markers
 * hide what lower layers have and are not kept; anything replaces what stood at its path, a file also a whole folder; a
 * path that leads through a link of a lower layer lands where the link leads. A hard link takes mode, owner and content of
 * the file it repeats, and stays of type `link` with that file's path, unless it repeats a symbolic link.
 */
export function applyLayer<Content>(tree: MutableTree<Content>, layer: AppliedLayer<Content>): void {
  const placer = createPlacer(tree);
  hideLower(tree, layer, placer);
  const isFirst = tree.files.size === 0;
  const replaced = new Set<string>();
  for (const entry of layer.files) {
    const { file } = entry;
    if (isMarker(file.path)) continue;
    const path = placer.file(file.path);
    if (path === null || path === "") continue;
    const before = tree.files.get(path);
    const mayReplaceFolder = before === undefined ? tree.files.leadsOn(path) : before.type === "directory";
    if (!isFirst && file.type !== "directory" && mayReplaceFolder) replaced.add(path);
    if (before?.type === "symlink" || file.type === "symlink") placer.forget();
    if (file.type === "link") addLink(tree, { ...file, path }, placer);
    else addFile(tree, path === file.path ? entry : { ...entry, file: { ...file, path } });
  }
  if (replaced.size > 0) drop(tree, { paths: new Set(), folders: replaced, before: layer.index });
}

function hideLower<Content>(tree: MutableTree<Content>, layer: AppliedLayer<Content>, placer: Placer): void {
  const hidden = new Set<string>();
  const opaque = new Set<string>();
  for (const path of layer.markers) {
    const name = nameOf(path);
    const parent = parentOf(path);
    // A marker of no name is for no file.
    if (name === whiteoutPrefix) continue;
    if (name === opaqueName) addPlace(opaque, placer.folder(parent));
    else if (!name.startsWith(".wh..wh."))
      addPlace(hidden, placer.file(joinPath(parent, name.slice(whiteoutPrefix.length))));
  }
  if (hidden.size === 0 && opaque.size === 0) return;
  drop(tree, { paths: hidden, folders: opaque, before: layer.index });
  placer.forget();
}

function addPlace(places: Set<string>, place: string | null): void {
  if (place !== null) places.add(place);
}

function addFile<Content>(tree: MutableTree<Content>, { file, content, trait, finding }: LayerFile<Content>): void {
  const { path } = file;
  if (tree.findings.has(path)) displace(tree, path, { file: tree.files.get(path), by: file.layer });
  tree.files.set(path, file);
  if (content === null) tree.contents.delete(path);
  else tree.contents.set(path, content);
  if (trait === null) tree.traits.delete(path);
  else tree.traits.set(path, trait);
  if (finding !== null) tree.findings.set(path, finding);
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
    finding: tree.findings.get(found.path) ?? null,
  };
}

function bare(file: ImageFile): LayerFile<never> {
  return { file, content: null, trait: null, finding: null };
}

function drop<Content>(tree: MutableTree<Content>, rule: DropRule): void {
  const before = [...tree.findings.keys()].map((path) => [path, tree.files.get(path)] as const);
  tree.files.drop(rule);
  for (const known of [tree.contents, tree.traits]) {
    for (const path of known.keys()) if (!tree.files.has(path)) known.delete(path);
  }
  for (const [path, file] of before) {
    if (!tree.files.has(path)) displace(tree, path, { file, by: rule.before });
  }
}

/** Takes away the finding at `path`, which was in `file`, and keeps it among those of lower layers. */
function displace<Content>(
  tree: MutableTree<Content>,
  path: string,
  { file, by }: { readonly file: ImageFile | undefined; readonly by: number },
): void {
  const finding = tree.findings.get(path);
  tree.findings.delete(path);
  if (file !== undefined && file.layer < by) tree.displaced.push({ path, file, finding, by });
}

/** Says where a path of a layer lands in the tree, which the links in its folders decide; null where they form a loop. */
interface Placer {
  file(path: string): string | null;
  folder(path: string): string | null;
  /** To be called when a link has come or gone. */
  forget(): void;
}

function createPlacer(tree: Pick<MutableTree, "files">): Placer {
  const { placeOf, forget } = createFolderPlaces(tree.files);
  return {
    folder: placeOf,
    file(path) {
      const parent = parentOf(path);
      const place = placeOf(parent);
      if (place === parent) return path;
      return place === null ? null : joinPath(place, nameOf(path));
    },
    forget,
  };
}
