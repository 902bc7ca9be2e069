/** Sections of an OpenSSL configuration by name; what stands before the first is in `default`. */
export type OpensslConfig = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** What is more than any real configuration has: files or folders read, lines. */
const limits = { files: 50, lines: 100_000 };

/**
 * Reads an OpenSSL configuration with what it includes, as far as providers are concerned (config(5)): sections,
 * assignments, `.include`; variables are not expanded. `read` gives the texts of a file or of all files in a folder.
 * An included file begins in the section that includes it.
 */
export function readOpensslConfig(path: string, read: (path: string) => readonly string[]): OpensslConfig {
  const sections = new Map<string, Map<string, string>>();
  const left = { ...limits };
  let section = "default";
  const take = (file: string) => {
    if (--left.files < 0) return;
    for (const text of read(file)) {
      for (const line of logicalLines(text)) {
        if (--left.lines < 0) return;
        const include = /^\.include(?:\s*=\s*|\s+)(\S.*)$/.exec(line)?.[1];
        const header = /^\[([^\]]*)\]/.exec(line)?.[1];
        const [, name, value = ""] = /^([^=\s]+)\s*=\s*(.*)$/.exec(line) ?? [];
        if (include !== undefined) take(unquoted(include));
        else if (header !== undefined) section = header.trim();
        else if (name !== undefined) assign(name, unquoted(value));
      }
    }
  };
  const assign = (name: string, value: string) => {
    const [, place = section, key = name] = /^(.+)::(.+)$/.exec(name) ?? [];
    const found = sections.get(place) ?? new Map<string, string>();
    sections.set(place, found.set(key, value));
  };
  take(path);
  return sections;
}

/** Lines without comments and blank ends; a backslash at the end joins a line with the next. */
function logicalLines(text: string): readonly string[] {
  return text
    .replaceAll(/\\\r?\n/g, "")
    .split(/\r?\n/)
    .map((line) => line.replace(/(?<!\\)#.*$/, "").trim())
    .filter((line) => line !== "");
}

function unquoted(value: string): string {
  return /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
}
