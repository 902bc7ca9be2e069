import { type FolderFiles, packFolders } from "../installed/files.ts";
import { type Needs, resolveRequirements } from "../installed/requirements.ts";

/** A package of apk's database and the positions there of those it depends on. */
export interface InstalledApk {
  readonly name: string;
  readonly version: string;
  readonly architecture: string | null;
  /** The package whose build made this one too. */
  readonly origin: string | null;
  /** An SPDX expression in what is built today, free text in older packages. */
  readonly license: string | null;
  readonly maintainer: string | null;
  /** Its files, links included; folders are not among them. */
  readonly files: readonly FolderFiles[];
  readonly dependsOn: readonly number[];
}

/** What apk's database says. */
export interface ApkDatabase {
  readonly packages: readonly InstalledApk[];
  /** Paragraphs without a name or a version. */
  readonly damaged: number;
}

/** What a name, version or architecture may be: neither blanks nor slashes, nor what is no UTF-8. */
const plain = /^[^\s/\p{Cc}\ufffd]{1,255}$/u;

/**
 * Reads apk's database of installed packages (Alpine wiki, "Apk spec"): a paragraph for each, of lines with a letter, a
 * colon and a value; after the fields come its folders (`F:`), each with its files (`R:`). null where no paragraph is so.
 */
export function readApkInstalled(content: Uint8Array): ApkDatabase | null {
  const paragraphs = Buffer.from(content)
    .toString("utf8")
    .split(/\n(?:\r?\n)+/)
    .filter((text) => text.trim() !== "");
  const found = paragraphs.map(readParagraph).filter((item) => item !== null);
  if (found.length === 0) return null;
  const dependencies = resolveRequirements(found.map(({ needs }) => needs));
  return {
    packages: found.map(({ item }, position) => ({ ...item, dependsOn: dependencies[position] ?? [] })),
    damaged: paragraphs.length - found.length,
  };
}

interface Paragraph {
  readonly item: Omit<InstalledApk, "dependsOn">;
  readonly needs: Needs;
}

function readParagraph(text: string): Paragraph | null {
  const fields = new Map<string, string>();
  const folders: { readonly folder: string; readonly names: string[] }[] = [];
  for (const line of text.split("\n")) {
    if (line[1] !== ":") continue;
    const value = line.slice(2).trimEnd();
    if (line[0] === "F") folders.push({ folder: value, names: [] });
    else if (line[0] === "R") folders.at(-1)?.names.push(value);
    else fields.set(line.slice(0, 1), value);
  }
  const get = (letter: string) => fields.get(letter) ?? "";
  const field = (letter: string) => (plain.test(get(letter)) ? get(letter) : null);
  const [name, version] = [field("P"), field("V")];
  if (name === null || version === null) return null;
  return {
    item: {
      name,
      version,
      architecture: field("A"),
      origin: field("o"),
      license: get("L").slice(0, 4096) || null,
      maintainer: get("m").slice(0, 4096) || null,
      files: packFolders(folders),
    },
    needs: {
      provides: [name, ...words(get("p")).map(withoutVersion)],
      // What begins with "!" may not be installed beside it.
      requires: words(get("D"))
        .filter((word) => !word.startsWith("!"))
        .map(withoutVersion),
    },
  };
}

function words(text: string): readonly string[] {
  return text.split(" ").filter((word) => word !== "");
}

/** `so:libc.musl-x86_64.so.1=1` → `so:libc.musl-x86_64.so.1`; also without the repository it is pinned to, `curl@edge`. */
function withoutVersion(word: string): string {
  const end = word.search(/[<>=~@]/);
  return end === -1 ? word : word.slice(0, end);
}
