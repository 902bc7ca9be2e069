import { environmentValue } from "../environment.ts";
import type { ImageFile, ImageTree } from "../model.ts";
import { nameOf, parentOf, resolvePath } from "../path.ts";
import { textAt } from "../text-at.ts";
import type { ElfTrait } from "../trait.ts";
import type { AuditInput } from "./input.ts";

type Tree = Pick<ImageTree, "files" | "contents">;

/** What is more than any real configuration has: files read, patterns of files, wildcards in one, folders named. */
const limits = { files: 200, patterns: 200, wildcards: 3, folders: 1000 };

/** Whether the content of the file at `path` says where libraries are looked for. */
export function isLoaderConfiguration(path: string): boolean {
  return path === "etc/ld.so.conf" || path.startsWith("etc/ld.so.conf.d/") || /^etc\/ld-musl-[^/]+\.path$/.test(path);
}

/** Where a dynamic loader of an image looks, whatever program it loads. */
export interface SearchPath {
  /** Folders without leading slash, in their order: LD_LIBRARY_PATH, then what is configured and built in. */
  readonly shared: readonly string[];
  /** Whether the C library is musl, which has no libraries apart for threads, mathematics and so on. */
  readonly musl: boolean;
  /** The folders that the object at `path` names itself: DT_RUNPATH, or where there is none DT_RPATH. */
  own(trait: ElfTrait, path: string): readonly string[];
}

/** The search paths of an image's loaders. */
export interface SearchPaths {
  /** Those of the C libraries that the image has; never empty. */
  readonly all: readonly SearchPath[];
  /** That of a program whose PT_INTERP is `interpreter`. */
  of(interpreter: string): SearchPath;
}

/**
 * The search path of ld.so(8): LD_LIBRARY_PATH, the folders of ld.so.conf where ldconfig has made /etc/ld.so.cache of it
 * (without, the loader does not know them), and the built-in folders. For programs that musl loads the folders of its own
 * configuration, else those built in. What names glibc's loader is musl's too in an image that has only musl, as with gcompat.
 */
export function searchPaths(tree: Tree & Pick<AuditInput, "traits">, environment: readonly string[]): SearchPaths {
  const triplets = tripletFolders(tree.files);
  const expand = (folders: readonly string[], path: string) =>
    folders
      .slice(0, limits.folders)
      .flatMap((folder) => alternatives(folder, /\$(?:ORIGIN|\{ORIGIN\})/, [absolute(parentOf(path))]))
      .flatMap((folder) => alternatives(folder, /\$(?:LIB|\{LIB\})/, [...triplets.map((name) => `lib/${name}`), "lib"]))
      .filter((folder) => folder.startsWith("/"));
  const variable = environmentValue(environment, "LD_LIBRARY_PATH") ?? "";
  const named = expand(variable.split(/[:;]/).slice(0, limits.folders), "");
  const pathOf = (builtIn: readonly string[], musl: boolean): SearchPath => {
    const shared = [...named, ...builtIn].map((folder) => resolvePath(tree.files, folder));
    return {
      shared: [...new Set(shared.filter((folder) => folder !== null))],
      musl,
      own: ({ rpath, runpath }, path) => expand(runpath.length > 0 ? runpath : rpath, path),
    };
  };
  const machine = muslLoader(tree.files);
  const musl = machine === null ? null : pathOf(muslFolders(tree, machine), true);
  const glibc =
    musl === null || hasGlibc(tree) ? pathOf([...configuredFolders(tree), ...glibcFolders(triplets)], false) : null;
  const all = [glibc, musl].filter((path) => path !== null);
  const usual = glibc ?? musl ?? pathOf([], false);
  return { all, of: (interpreter) => (musl !== null && isMuslLoader(interpreter) ? musl : usual) };
}

/** Whether `library` is of the kind that musl's loader is itself. */
export function isPartOfMusl(library: string): boolean {
  return /^lib(?:c|pthread|rt|m|dl|util|xnet)\./.test(library);
}

/** Whether the loader would take the object for a program of `machine`; unknown where nothing was found out about it. */
export function fits(trait: ElfTrait | undefined, machine: string): boolean {
  return trait === undefined || trait.machine === machine;
}

function isMuslLoader(path: string): boolean {
  return nameOf(path).startsWith("ld-musl-");
}

/** Whether glibc or its loader is there: what stands in the loader's place to call musl does not have its soname. */
function hasGlibc({ files, traits }: Pick<AuditInput, "files" | "traits">): boolean {
  for (const path of files.keys()) if (nameOf(path) === "libc.so.6") return true;
  for (const trait of traits.values()) {
    if (trait.kind === "elf" && /^ld(?:-linux|64)[-.]/.test(trait.soname ?? "")) return true;
  }
  return false;
}

function muslLoader(files: ReadonlyMap<string, ImageFile>): string | null {
  for (const path of files.keys()) {
    const [, machine] = /^(?:usr\/)?lib\/ld-musl-([^/]+)\.so\.1$/.exec(path) ?? [];
    if (machine !== undefined) return machine;
  }
  return null;
}

function muslFolders(tree: Tree, machine: string): readonly string[] {
  const configured = textAt(tree, `etc/ld-musl-${machine}.path`);
  if (configured === null) return ["/lib", "/usr/local/lib", "/usr/lib"];
  return configured
    .split(/[:\n]/)
    .filter((folder) => folder.startsWith("/"))
    .slice(0, limits.folders);
}

/** Debian's loader knows the folders of its architecture instead of lib64. */
function glibcFolders(triplets: readonly string[]): readonly string[] {
  const own = triplets.flatMap((name) => [`/lib/${name}`, `/usr/lib/${name}`]);
  return [...(own.length > 0 ? own : ["/lib64", "/usr/lib64"]), "/lib", "/usr/lib"];
}

/** Names of Debian's folders for an architecture's libraries, such as `x86_64-linux-gnu`. */
function tripletFolders(files: ReadonlyMap<string, ImageFile>): readonly string[] {
  const found = new Set<string>();
  for (const path of files.keys()) {
    const [, name] = /^(?:usr\/)?lib\/([^/]+-linux-gnu[^/]*)(?:\/|$)/.exec(path) ?? [];
    if (name !== undefined) found.add(name);
  }
  return [...found].sort();
}

/** The folders of /etc/ld.so.conf and what it includes (ldconfig(8)). */
function configuredFolders(tree: Tree): readonly string[] {
  if (!tree.files.has("etc/ld.so.cache")) return [];
  const folders: string[] = [];
  const pending = new Set(["/etc/ld.so.conf"]);
  let patterns = 0;
  const include = (pattern: string, from: string) => {
    if (++patterns > limits.patterns) return;
    for (const path of included(tree, pattern, from)) if (pending.size < limits.files) pending.add(path);
  };
  for (const path of pending) {
    for (const line of (textAt(tree, path) ?? "").split("\n")) {
      const words = line
        .replace(/#.*/, "")
        .split(/[\s:,]+/)
        .filter((word) => word !== "");
      if (words[0] === "include") for (const pattern of words.slice(1)) include(pattern, path);
      else if (words[0] !== "hwcap") folders.push(...words.map((word) => word.replace(/=.*/, "")));
      if (folders.length > limits.folders) return folders;
    }
  }
  return folders;
}

/** The files a pattern of an `include` line names: `*` and `?` stand in its last part, relative ones beside `from`. */
function included(tree: Tree, pattern: string, from: string): readonly string[] {
  const full = pattern.startsWith("/") ? pattern : `${parentOf(from)}/${pattern}`;
  const wildcards = full.match(/[*?]+/g)?.length ?? 0;
  if (wildcards === 0) return [full];
  if (wildcards > limits.wildcards) return [];
  const folder = resolvePath(tree.files, parentOf(full));
  const name = nameOf(full)
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll(/\*+/g, "[^/]*")
    .replaceAll("?", "[^/]");
  const matches = new RegExp(`^${name}$`);
  return [...tree.files.keys()]
    .filter((path) => parentOf(path) === folder && matches.test(nameOf(path)))
    .sort()
    .map(absolute);
}

function alternatives(folder: string, token: RegExp, values: readonly string[]): readonly string[] {
  return token.test(folder) ? values.map((value) => folder.replace(token, () => value)) : [folder];
}

function absolute(path: string): string {
  return `/${path}`;
}
