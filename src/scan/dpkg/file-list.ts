import type { ContentReader } from "../cataloger.ts";
import { ScanError } from "../error.ts";

/** Paths that a file of dpkg's names, as written there, one a line: each by itself would take twice the memory. */
export interface PathList {
  readonly kind: "paths";
  readonly paths: string;
}

/** The single paths of a list. */
export function pathsIn({ paths }: PathList): readonly string[] {
  return paths === "" ? [] : paths.split("\n");
}

/** Reads a `.list`, of one path a line, or dpkg-divert(1)'s file, of three lines for each diversion. Throws SCAN_FILE_INVALID when it has more than any package. */
export function readFileList(): ContentReader<PathList> {
  return readLines((line) => line);
}

/** Reads a `.md5sums`: a checksum, spaces and a path a line. Throws as `readFileList`. */
export function readChecksumList(): ContentReader<PathList> {
  return readLines((line) => line.replace(/^\S{1,128}\s{1,2}/, ""));
}

/** The largest packages of Debian have half of either. */
const limits = { bytes: 2 ** 23, paths: 100_000 };
const longestPath = 4096;

function readLines(pathIn: (line: string) => string): ContentReader<PathList> {
  const decoder = new TextDecoder();
  const paths: string[] = [];
  let size = 0;
  let rest = "";
  const take = (text: string, isLast: boolean) => {
    const lines = (rest + text).split("\n");
    rest = isLast ? "" : (lines.pop() ?? "");
    for (const line of lines) if (line !== "" && line.length <= longestPath) paths.push(pathIn(line));
    // A longer line than any path is not gathered, only its end.
    if (rest.length > 2 * longestPath) rest = rest.slice(0, longestPath + 1);
  };
  return {
    write(chunk) {
      size += chunk.length;
      if (size > limits.bytes) throw tooLong(`files in more than ${limits.bytes} bytes`);
      take(decoder.decode(chunk, { stream: true }), false);
      if (paths.length > limits.paths) throw tooLong(`more than ${limits.paths} files`);
    },
    end() {
      take(decoder.decode(), true);
      return { kind: "paths", paths: paths.join("\n") };
    },
  };
}

function tooLong(what: string): ScanError {
  return new ScanError("SCAN_FILE_INVALID", `it names ${what}`, {
    hint: "no package has as many files; those it names count as nobody's",
  });
}
