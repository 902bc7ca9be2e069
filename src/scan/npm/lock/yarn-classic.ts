import { checkCount, invalidLock } from "./lock.ts";

/** An entry of yarn.lock: what it was asked for as, and what was found for that. */
export interface YarnEntry {
  /** `name@range`, one or more. */
  readonly requests: readonly string[];
  readonly version: string;
  /** `name@npm:1.0.0`; null where the file does not say. */
  readonly resolution: string | null;
  /** Ranges by name, the optional ones included. */
  readonly dependencies: ReadonlyMap<string, string>;
}

/**
 * The entries of yarn.lock as Yarn 1 writes it: keys and values separated by a space, two spaces of indentation for each
 * level. Throws SCAN_FILE_INVALID.
 */
export function readYarnClassic(text: string): readonly YarnEntry[] {
  const entries: Draft[] = [];
  let section = "";
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const entry = entries.at(-1);
    const indent = line.length - line.trimStart().length;
    const words = wordsOf(line.trim());
    if (words === null || (indent > 0 && entry === undefined)) throw invalidLock(`its line ${at + 1} is not Yarn's`);
    const [key = "", value = ""] = words.list;
    if (indent === 0 && words.opens)
      checkCount(entries.push({ requests: words.list, version: "", dependencies: new Map() }));
    else if (entry === undefined || indent === 0) throw invalidLock(`its line ${at + 1} belongs to no package`);
    else if (indent === 2 && words.opens) section = key;
    else if (indent === 2 && key === "version") entry.version = value;
    else if (indent === 4 && /^(optionalD|d)ependencies$/.test(section)) entry.dependencies.set(key, value);
    if (indent === 0) section = "";
  }
  return entries.map((entry) => ({ ...entry, resolution: null }));
}

interface Draft {
  readonly requests: readonly string[];
  version: string;
  readonly dependencies: Map<string, string>;
}

/** `a b`, `"a", b:`: the words, and whether a colon at the end opens a level. null for what is neither. */
function wordsOf(line: string): { readonly list: readonly string[]; readonly opens: boolean } | null {
  const opens = line.endsWith(":");
  const text = opens ? line.slice(0, -1) : line;
  const list: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text[at] === '"' ? closingQuote(text, at) + 1 : endOfWord(text, at);
    const word = text.slice(at, end);
    if (end <= at || (word.includes('"') && !word.startsWith('"'))) return null;
    list.push(word.startsWith('"') ? word.slice(1, -1).replaceAll(/\\(.)/g, "$1") : word);
    at = end;
    while (text[at] === "," || text[at] === " ") at++;
  }
  return { list, opens };
}

/** -1 where there is none. */
function closingQuote(text: string, at: number): number {
  let end = text.indexOf('"', at + 1);
  while (end !== -1 && text[end - 1] === "\\" && text[end - 2] !== "\\") end = text.indexOf('"', end + 1);
  return end;
}

function endOfWord(text: string, at: number): number {
  const separator = /[\s,]/g;
  separator.lastIndex = at;
  return separator.exec(text)?.index ?? text.length;
}
