import type { Deb } from "../../debian/deb.ts";
import { type Entry, fileEntry } from "../layer/entry.ts";
import type { Fragment, FragmentContent, FragmentSource } from "../layer/fragment.ts";
import type { DebInput } from "./deb-fragment.ts";
import { mergedUsrPath } from "./merged-usr.ts";
import type { OpenDeb } from "./open-deb.ts";

/** How installed packages are recorded: one file each for an image without dpkg, or dpkg's own database. */
export type DatabaseForm = "status.d" | "dpkg";

/** In which form to record a package, and the fragment of its files. */
export interface PackageRecord {
  readonly form: DatabaseForm;
  readonly fragment: Fragment;
}

const rules = "deb-record/2";

/**
 * The fragment of a package's record of installation. It is apart from the package's files, so that images which record
 * their packages in different ways share these; `fragment` is that of the files.
 */
export function debRecordFragment(input: DebInput, { form, fragment }: PackageRecord, open: OpenDeb): FragmentSource {
  return {
    key: `${rules} ${form} ${fragment.key}`,
    open: async () => recordContent(input, await open(input), { form, fragment }),
  };
}

function recordContent(input: DebInput, deb: Deb, { form, fragment }: PackageRecord): FragmentContent {
  const paths = new Set([...fragment.files, ...fragment.directories].map(([path]) => path));
  const aliases = new Map(fragment.package?.aliases);
  const entries = form === "dpkg" ? dpkgEntries(input, deb, { paths, aliases }) : statusEntries(input, deb, paths);
  return { entries: entries.map((entry) => ({ ...entry, mtime: fragment.newest })) };
}

function statusEntries(input: DebInput, deb: Deb, paths: ReadonlySet<string>): readonly Entry[] {
  const place = `var/lib/dpkg/status.d/${input.name}`;
  const own = [place, `${place}.list`, `${place}.md5sums`];
  const list = [...[...paths].sort(), ...own].map((path) => `/${path}\n`).join("");
  return [
    fileEntry(place, deb.control.get("control") ?? ""),
    fileEntry(`${place}.list`, list),
    fileEntry(`${place}.md5sums`, sumsOf(deb, paths, mergedUsrPath)),
  ];
}

/** dpkg names files as packages ship them, not by where they land under a merged /usr. */
function dpkgEntries(
  input: DebInput,
  deb: Deb,
  { paths, aliases }: { readonly paths: ReadonlySet<string>; readonly aliases: ReadonlyMap<string, string> },
): readonly Entry[] {
  const stem = `var/lib/dpkg/info/${input.name}${multiArchSuffix(deb, input)}`;
  const metadata = [...deb.control].filter(([file]) => file !== "control" && file !== "md5sums");
  const list = [...paths].sort().map((path) => `/${aliases.get(path) ?? path}\n`);
  return [
    fileEntry(`${stem}.list`, `/.\n${list.join("")}`),
    fileEntry(
      `${stem}.md5sums`,
      sumsOf(deb, paths, (path) => path),
    ),
    ...metadata.map(([file, content]) =>
      fileEntry(`${stem}.${file}`, content, { mode: isScript(file) ? 0o755 : 0o644 }),
    ),
  ];
}

/** dpkg names the files of co-installable packages after package and architecture. */
function multiArchSuffix(deb: Deb, input: DebInput): string {
  return deb.controlStanza.get("Multi-Arch") === "same" ? `:${input.architecture}` : "";
}

function sumsOf(deb: Deb, kept: ReadonlySet<string>, name: (path: string) => string): string {
  return md5sums(deb)
    .filter(({ path }) => kept.has(mergedUsrPath(path)))
    .map(({ sum, path }) => `${sum}  ${name(path)}\n`)
    .join("");
}

function md5sums(deb: Deb): readonly { readonly sum: string; readonly path: string }[] {
  return new TextDecoder()
    .decode(deb.control.get("md5sums"))
    .split("\n")
    .filter((line) => line.length > 34)
    .map((line) => ({ sum: line.slice(0, 32), path: line.slice(34) }));
}

function isScript(file: string): boolean {
  return ["preinst", "postinst", "prerm", "postrm", "config"].includes(file);
}
