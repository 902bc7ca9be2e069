import { collect } from "../../archive/bytes.ts";
import { readTar, type TarHeader } from "../../archive/tar-read.ts";
import type { Deb } from "../../debian/deb.ts";
import { ImageError } from "../error.ts";
import { type Entry, fileEntry } from "../layer/entry.ts";
import { compression, type FragmentContent, type FragmentSource } from "../layer/fragment.ts";
import { exclusionRules, isExcluded } from "./exclusion.ts";
import { isMergedUsrAlias, mergedUsrPath } from "./merged-usr.ts";
import { isOmitted } from "./omission.ts";
import type { DebIdentity, OpenDeb } from "./open-deb.ts";

/** How installed packages are recorded: one file each for an image without dpkg, or dpkg's own database. */
export type DatabaseForm = "status.d" | "dpkg";

/** A package to be contributed. `omit` lists paths that something else in the image provides instead. */
export interface DebInput extends DebIdentity {
  readonly architecture: string;
  readonly database: DatabaseForm;
  readonly omit: readonly string[];
}

const rules = `deb/4 ${exclusionRules} ${compression}`;
const contentLimit = 2 ** 31;

/** The fragment of a .deb whose bytes are in the cache: its files under a merged /usr, and its record of installation. */
export function debFragment(input: DebInput, open: OpenDeb): FragmentSource {
  const key = [`deb-${input.sha256}`, input.database, ...input.omit, rules].join(" ");
  return { key, open: async () => await openPackage(input, open) };
}

async function openPackage(input: DebInput, open: OpenDeb): Promise<FragmentContent> {
  const deb = await open(input);
  return { entries: packageEntries(input, deb), control: new TextDecoder().decode(deb.control.get("control")) };
}

/** Files as they are unpacked, then the directories that are needed and the record of installation. */
async function* packageEntries(input: DebInput, deb: Deb): AsyncGenerator<Entry> {
  const what = `the data of ${input.name} ${input.version}`;
  const shipped: Entry[] = [];
  for await (const { header, content } of readTar(deb.dataStream(), { what })) {
    if (header.type === "character" || header.type === "block") throw deviceNode(header, input);
    if (header.path === "" || isMergedUsrAlias(header.path)) continue;
    const entry = entryOf(header);
    shipped.push(entry);
    if (entry.type === "directory" || !isKept(entry, input)) continue;
    yield { ...entry, content: await collect(content, { limit: contentLimit, what: `${what}: ${entry.path}` }) };
  }
  const entries = withoutEmptiedDirectories(
    shipped.filter((entry) => isKept(entry, input)),
    shipped,
  );
  yield* entries.filter((entry) => entry.type === "directory");
  const mtime = entries.reduce((time, entry) => Math.max(time, entry.mtime), 0);
  for (const entry of databaseEntries(input, deb, entries)) yield { ...entry, mtime };
}

function isKept({ path, type }: Entry, { omit }: DebInput): boolean {
  return !isExcluded(path, type) && !isOmitted(path, omit);
}

function entryOf({ path, type, mode, uid, gid, mtime, linkPath }: TarHeader): Entry {
  const target = type === "link" ? mergedUsrPath(linkPath) : linkPath;
  return { path: mergedUsrPath(path), type, mode, uid, gid, mtime, linkPath: target, content: nothing };
}

const nothing = new Uint8Array(0);

/** Drops directories that held nothing but excluded files; those a package ships empty stay. */
function withoutEmptiedDirectories(kept: readonly Entry[], shipped: readonly Entry[]): readonly Entry[] {
  const parentsOf = (entries: readonly Entry[]) => new Set(entries.flatMap((entry) => parentPaths(entry.path)));
  const filled = parentsOf(kept.filter((entry) => entry.type !== "directory"));
  const populated = parentsOf(shipped);
  const survives = (entry: Entry) => filled.has(entry.path) || !populated.has(entry.path);
  const leaves = kept.filter((entry) => entry.type === "directory" && survives(entry));
  const needed = new Set([...leaves.map((entry) => entry.path), ...parentsOf(leaves), ...filled]);
  return kept.filter((entry) => entry.type !== "directory" || needed.has(entry.path));
}

/** The paths of all directories above `path`, nearest last. */
export function parentPaths(path: string): readonly string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

function databaseEntries(input: DebInput, deb: Deb, entries: readonly Entry[]): readonly Entry[] {
  const list = (own: readonly string[]) =>
    [...entries.map((entry) => entry.path), ...own].map((path) => `/${path}\n`).join("");
  if (input.database === "status.d") {
    const place = `var/lib/dpkg/status.d/${input.name}`;
    const own = [place, `${place}.list`, `${place}.md5sums`];
    return [
      fileEntry(place, deb.control.get("control") ?? ""),
      fileEntry(`${place}.list`, list(own)),
      fileEntry(`${place}.md5sums`, md5sumsOf(deb, entries)),
    ];
  }
  const stem = `var/lib/dpkg/info/${input.name}${multiArchSuffix(deb, input)}`;
  const metadata = [...deb.control].filter(([file]) => file !== "control" && file !== "md5sums");
  return [
    fileEntry(`${stem}.list`, `/.\n${list([])}`),
    fileEntry(`${stem}.md5sums`, md5sumsOf(deb, entries)),
    ...metadata.map(([file, content]) =>
      fileEntry(`${stem}.${file}`, content, { mode: isScript(file) ? 0o755 : 0o644 }),
    ),
  ];
}

/** dpkg names the files of co-installable packages after package and architecture. */
function multiArchSuffix(deb: Deb, input: DebInput): string {
  return deb.controlStanza.get("Multi-Arch") === "same" ? `:${input.architecture}` : "";
}

function md5sumsOf(deb: Deb, entries: readonly Entry[]): string {
  const kept = new Set(entries.map((entry) => entry.path));
  const lines = new TextDecoder().decode(deb.control.get("md5sums") ?? new Uint8Array(0)).split("\n");
  return lines
    .map((line) => ({ sum: line.slice(0, 32), path: mergedUsrPath(line.slice(34)) }))
    .filter(({ path }) => kept.has(path))
    .map(({ sum, path }) => `${sum}  ${path}\n`)
    .join("");
}

function isScript(file: string): boolean {
  return ["preinst", "postinst", "prerm", "postrm", "config"].includes(file);
}

function deviceNode(header: TarHeader, input: DebInput): ImageError {
  return new ImageError("IMAGE_UNSUPPORTED", `package ${input.name} ${input.version} ships the device ${header.path}`, {
    hint: "images carry no device nodes; exclude the package",
  });
}
