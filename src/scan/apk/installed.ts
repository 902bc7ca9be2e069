import type { ContentReader } from "../cataloger.ts";
import { type FolderFiles, packFolders } from "../installed/files.ts";
import { type Needs, resolveRequirements } from "../installed/requirements.ts";
import { createStanzaStream } from "../installed/stanza-stream.ts";

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
  /** Paragraphs without a name or a version, or too long to be a package's. */
  readonly damaged: number;
  /** Whether it goes on behind what any system has, which is not read. */
  readonly isCut: boolean;
}

/** What a name, version or architecture may be: neither blanks nor slashes, nor what is no UTF-8. */
const plain = /^[^\s/\p{Cc}\ufffd]{1,255}$/u;

/** The largest images have a fifth of these packages; the longest paragraph, of a kernel's firmware, a tenth of that. */
const limits = { paragraph: 2 ** 22, packages: 10_000, damaged: 10_000, kept: 2 ** 24 };

/**
 * Reads apk's database of installed packages (Alpine wiki, "Apk spec") as it streams past: a paragraph for each, of lines
 * with a letter, a colon and a value; after the fields come its folders (`F:`), each with its files (`R:`). null where no
 * paragraph is so.
 */
export function readApkInstalled(): ContentReader<ApkDatabase> {
  const found: Paragraph[] = [];
  let [damaged, kept, isLong] = [0, 0, false];
  const isFull = () => found.length >= limits.packages || damaged >= limits.damaged || kept >= limits.kept;
  const stream = createStanzaStream({
    limit: limits.paragraph,
    isFull,
    take(text) {
      const paragraph = text.trim() === "" ? null : readParagraph(text);
      if (paragraph !== null) {
        const json = JSON.stringify(paragraph);
        kept += json.length;
        // Parts of a text keep all of it in memory.
        found.push(JSON.parse(json));
      } else if (text.trim() !== "") damaged++;
    },
    tooLong() {
      damaged++;
      isLong = true;
    },
  });
  return {
    write: (chunk) =>
      stream.write(chunk.includes(carriageReturn) ? chunk.filter((byte) => byte !== carriageReturn) : chunk),
    end() {
      stream.end();
      if (found.length === 0 && !isLong && !isFull()) return null;
      const dependencies = resolveRequirements(found.map(({ needs }) => needs));
      const packages = found.map(({ item }, position) => ({ ...item, dependsOn: dependencies[position] ?? [] }));
      return { packages, damaged, isCut: isFull() };
    },
  };
}

const carriageReturn = 0x0d;

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
