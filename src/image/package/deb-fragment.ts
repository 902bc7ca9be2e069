import { createTarParser, type TarHeader } from "../../archive/tar-read.ts";
import type { Cache } from "../../cache/cache.ts";
import { type Deb, readDeb } from "../../debian/deb.ts";
import { ImageError } from "../error.ts";
import { type Entry, fileEntry } from "../layer/entry.ts";
import { compression, type FragmentContent, type FragmentSource } from "../layer/fragment.ts";
import { exclusionRules, isExcluded } from "./exclusion.ts";
import { isMergedUsrAlias, mergedUsrPath } from "./merged-usr.ts";
import { isOmitted } from "./omission.ts";

/** How installed packages are recorded: one file each for an image without dpkg, or dpkg's own database. */
export type DatabaseForm = "status.d" | "dpkg";

/** A package to be contributed. `omit` lists paths that something else in the image provides instead. */
export interface DebInput {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly sha256: string;
  readonly database: DatabaseForm;
  readonly omit: readonly string[];
}

const rules = `deb/3 ${exclusionRules} ${compression}`;
const contentLimit = 2 ** 31;

/** The fragment of a .deb whose bytes are in the cache: its files under a merged /usr, and its record of installation. */
export function debFragment(input: DebInput, cache: Cache): FragmentSource {
  const key = [`deb-${input.sha256}`, input.database, ...input.omit, rules].join(" ");
  return { key, entries: async () => await readPackage(input, cache) };
}

async function readPackage(input: DebInput, cache: Cache): Promise<FragmentContent> {
  const bytes = await cache.read(input.sha256);
  if (bytes === null) throw missing(input);
  const deb = await readDeb(bytes, { what: `${input.name} ${input.version}` });
  const shipped = readFiles(await deb.data(), input);
  const kept = shipped.filter((entry) => !isExcluded(entry.path, entry.type) && !isOmitted(entry.path, input.omit));
  const entries = withoutEmptiedDirectories(kept, shipped);
  const newest = entries.reduce((time, entry) => Math.max(time, entry.mtime), 0);
  const database = databaseEntries(input, deb, entries).map((entry) => ({ ...entry, mtime: newest }));
  return { entries: [...entries, ...database], control: new TextDecoder().decode(deb.control.get("control")) };
}

function readFiles(data: Uint8Array, input: DebInput): readonly Entry[] {
  const entries: Entry[] = [];
  const add = (header: TarHeader, content: Uint8Array) => {
    const path = mergedUsrPath(header.path);
    if (header.path === "" || isMergedUsrAlias(header.path)) return;
    entries.push({
      ...header,
      path,
      linkPath: header.type === "link" ? mergedUsrPath(header.linkPath) : header.linkPath,
      content,
    });
  };
  const parser = createTarParser({
    entry(header) {
      if (header.type === "file" && header.size > 0) return contentLimit;
      if (header.type === "character" || header.type === "block") throw deviceNode(header, input);
      add(header, new Uint8Array(0));
      return 0;
    },
    file: add,
  });
  parser.write(data);
  parser.end();
  return entries.map(({ path, type, mode, uid, gid, mtime, linkPath, content }) => ({
    path,
    type,
    mode,
    uid,
    gid,
    mtime,
    linkPath,
    content,
  }));
}

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

function missing(input: DebInput): ImageError {
  return new ImageError(
    "IMAGE_INPUT_MISSING",
    `the package ${input.name} ${input.version} (SHA-256 ${input.sha256}) is not in the cache`,
    {
      hint: "run the command again with network access, so that it is fetched",
    },
  );
}
