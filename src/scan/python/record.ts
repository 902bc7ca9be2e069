import { ScanError } from "../error.ts";

/** Files a list names: the folders as written there, each with the names in it. */
export type ListedFiles = readonly (readonly [folder: string, names: readonly string[]])[];

const mostFiles = 500_000;
const longestPath = 4096;

/** The files of a RECORD (recording installed projects specification): rows of path, hash and size, as Python's csv writes. */
export function parseRecord(text: string): ListedFiles {
  return byFolder(text, pathOfRow);
}

/** The files of an egg's `installed-files.txt`: one path a line. */
export function parseInstalledFiles(text: string): ListedFiles {
  return byFolder(text, (line) => line.trim());
}

function byFolder(text: string, pathOf: (line: string) => string): ListedFiles {
  const folders = new Map<string, string[]>();
  let count = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const path = pathOf(text.slice(start, end).replace(/\r$/, ""));
    start = end + 1;
    if (path === "" || path.length > longestPath) continue;
    if (++count > mostFiles) throw tooLong();
    const slash = path.lastIndexOf("/");
    const folder = path.slice(0, slash + 1);
    const names = folders.get(folder) ?? [];
    names.push(path.slice(slash + 1));
    folders.set(folder, names);
  }
  return [...folders];
}

/** A quoted path has its quotes doubled; one with a line end in it is not met and read as far as its line goes. */
function pathOfRow(row: string): string {
  if (row.length > 3 * longestPath) return "";
  if (!row.startsWith('"')) return row.split(",", 1)[0] ?? "";
  const [, quoted = ""] = /^"((?:[^"]|"")*)"/.exec(row) ?? [];
  return quoted.replaceAll('""', '"');
}

function tooLong(): ScanError {
  return new ScanError("SCAN_FILE_INVALID", `a list of more than ${mostFiles} files`, {
    hint: "no Python package has so many; the files it lists count as no package's",
  });
}
