import { blamingEntries } from "../../cache/blame.ts";
import type { Cache } from "../../cache/cache.ts";
import { stripElf } from "../../elf/strip.ts";
import { readNpmTarball } from "../../npm/tarball.ts";
import { type Component, componentRecord } from "../component.ts";
import { requireNoMarkerFile } from "../definition/marker-name.ts";
import { ImageError, inputMissing } from "../error.ts";
import { type Entry, fileEntry, symlinkEntry } from "../layer/entry.ts";
import type { FragmentContent, FragmentSource } from "../layer/fragment.ts";

/** `from` is a file, or a folder ending in `/`, below the package's root; `./` is all of it. */
export interface NpmFileRule {
  readonly from: string;
  readonly to: string;
  /** null keeps 0644, or 0755 for what is executable. */
  readonly mode: number | null;
  /** Whether a program loses its symbols and debug information; what is loaded into memory stays as it is. */
  readonly strip?: boolean;
}

/** Files taken from a package of the npm registry, whose tarball lies in the cache. */
export interface NpmInput {
  readonly component: Component;
  /** `name@version`, for messages. */
  readonly what: string;
  /** SHA-256 of the tarball. */
  readonly sha256: string;
  /** What goes where. */
  readonly files: readonly NpmFileRule[];
  /** Files, or folders ending in `/`, that are left out; against `files` the longer rule wins. */
  readonly excludes: readonly string[];
  readonly links: readonly { readonly path: string; readonly target: string }[];
  /** Whether the component is recorded inside the image. */
  readonly recorded: boolean;
}

/** The time npm gives to all files of a tarball, 1985-10-26T08:15:00Z: the same for each, so that images share them. */
const mtime = 499_162_500;
const rules = "npm/3";

/** The fragment of an npm package's chosen files, with a record of the component they make up. */
export function npmFragment(input: NpmInput, cache: Cache): FragmentSource {
  const { files, excludes, links, component, recorded } = input;
  const key = [`npm-${input.sha256}`, rules, JSON.stringify({ files, excludes, links, component, recorded })].join(" ");
  return { key, open: async () => await readPackage(input, cache) };
}

async function readPackage(input: NpmInput, cache: Cache): Promise<FragmentContent> {
  if ((await cache.path(input.sha256)) === null) throw missing(input);
  return await blamingEntries(cache, [input.sha256], async () => await readTarball(input, cache));
}

async function readTarball(input: NpmInput, cache: Cache): Promise<FragmentContent> {
  const entries: Entry[] = [];
  for await (const file of readNpmTarball(cache.stream(input.sha256), { what: input.what })) {
    const place = placeOf(file.path, input);
    if (place === null) continue;
    requireNoMarkerFile(place.path, input.what);
    const mode = place.mode ?? ((file.mode & 0o111) === 0 ? 0o644 : 0o755);
    const content = place.strip ? stripElf(file.content, `${input.what}: ${file.path}`) : file.content;
    entries.push(fileEntry(place.path, content, { mode, mtime }));
  }
  requireAll(input, entries);
  const links = input.links.map(({ path, target }) => symlinkEntry(path, target, { mtime }));
  const owned = [...entries, ...links].sort((a, b) => (a.path < b.path ? -1 : 1));
  const record = componentRecord(
    input.component,
    owned.map((entry) => entry.path),
    mtime,
  );
  return { entries: input.recorded ? [...owned, record] : owned };
}

interface Place {
  readonly path: string;
  readonly mode: number | null;
  readonly strip: boolean;
}

/** Where a file goes; null where it is left out. Of all that fit its path, the longest `from` or exclusion decides. */
function placeOf(path: string, input: NpmInput): Place | null {
  const excluded = Math.max(-1, ...input.excludes.map((item) => matchLength(item, path)));
  const best = input.files.reduce<{ readonly length: number; readonly file: NpmFileRule | null }>(
    (longest, file) =>
      matchLength(file.from, path) > longest.length ? { length: matchLength(file.from, path), file } : longest,
    { length: excluded, file: null },
  );
  if (best.file === null) return null;
  const { from, to, mode, strip = false } = best.file;
  return { path: from === path ? to : `${to.replace(/\/$/, "")}/${path.slice(folderOf(from).length)}`, mode, strip };
}

/** How much of `path` a rule names: all of it, a folder above it, or (-1) nothing. */
function matchLength(rule: string, path: string): number {
  if (rule === path) return path.length;
  return rule.endsWith("/") && path.startsWith(folderOf(rule)) ? folderOf(rule).length : -1;
}

function folderOf(rule: string): string {
  return rule === "./" ? "" : rule;
}

function requireAll(input: NpmInput, entries: readonly Entry[]): void {
  const paths = new Set(entries.map((entry) => entry.path));
  const absent = input.files.find(({ from, to }) =>
    from.endsWith("/") ? ![...paths].some((path) => path.startsWith(to.replace(/\/$/, ""))) : !paths.has(to),
  );
  if (absent === undefined) return;
  throw new ImageError("IMAGE_COMPONENT_INVALID", `${input.what} has no ${absent.from}`, {
    hint: "the package is laid out in another way than catalog/substitutions.yaml expects",
  });
}

function missing(input: NpmInput): ImageError {
  return inputMissing(`the npm package ${input.what} (SHA-256 ${input.sha256})`);
}
