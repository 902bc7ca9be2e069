import { invalidLock } from "./lock.ts";

/** Values are texts, lists of texts, mappings, or null for what was passed over. */
type Mapping = Record<string, unknown>;

/**
 * Reads the last document of a YAML text as pnpm and Yarn write theirs: mappings in blocks, of a key a line, with short
 * lists and mappings in brackets; lists in blocks and long texts are passed over. It takes memory as the text has length,
 * which a library for all of YAML does not: brackets alone can cost it a hundred times as much. Throws SCAN_FILE_INVALID,
 * also for the anchors, aliases and tags that no lock file has.
 */
export function readBlockMapping(text: string): Readonly<Record<string, unknown>> {
  let root = emptyMapping();
  let levels: Level[] = [{ indent: -1, mapping: root, open: null }];
  let skipped = Number.POSITIVE_INFINITY;
  for (const [number, raw] of text.split("\n").entries()) {
    const line = unfolded(raw.trimEnd());
    const indent = line.search(/[^ ]|$/);
    if (line === "" || line[indent] === "#" || line.startsWith("%")) continue;
    if (line === "...") continue;
    if (line === "---") {
      root = emptyMapping();
      levels = [{ indent: -1, mapping: root, open: null }];
      skipped = Number.POSITIVE_INFINITY;
      continue;
    }
    if (indent > skipped) continue;
    skipped = Number.POSITIVE_INFINITY;
    if (/^ *-(?: |$)/.test(line)) {
      skipped = indent;
      continue;
    }
    const level = levelAt(levels, indent);
    const entry = level === null ? null : entryIn(line.slice(indent));
    if (level === null || entry === null) throw invalidLock(`its line ${number + 1} is not as a lock file's`);
    level.open = entry.value === "" ? entry.key : null;
    level.mapping[entry.key] = entry.value === "" ? null : readValue(entry.value, number + 1);
    // A text may go on in lines that are further in.
    if (entry.value !== "") skipped = indent;
  }
  return root;
}

const deepest = 20;

/** A mapping being read. `open` is the key whose value, if any, stands in the lines further in. */
interface Level {
  readonly indent: number;
  readonly mapping: Mapping;
  open: string | null;
}

/** Keys may be called as what objects inherit. */
function emptyMapping(): Mapping {
  return Object.create(null);
}

function levelAt(levels: Level[], indent: number): Level | null {
  while ((levels.at(-1)?.indent ?? -1) > indent) levels.pop();
  const last = levels.at(-1);
  if (last === undefined || last.indent === indent) return last ?? null;
  const isFirst = levels.length === 1 && last.indent === -1;
  if ((!isFirst && last.open === null) || levels.length > deepest) return null;
  const mapping = isFirst ? last.mapping : emptyMapping();
  if (last.open !== null) last.mapping[last.open] = mapping;
  last.open = null;
  const level = { indent, mapping, open: null };
  levels.push(level);
  return level;
}

interface Entry {
  readonly key: string;
  readonly value: string;
}

/** The value of a very long key, which has a line of its own, follows behind a colon in the next. */
function unfolded(line: string): string {
  return /^ *:(?: |$)/.test(line) ? line.replace(":", " ").trimEnd() : line;
}

/** `key: value`, `"key":`, and `? key` whose value follows. */
function entryIn(line: string): Entry | null {
  if (line.startsWith("? ")) {
    const [key, rest] = scalarAt(line.slice(2).trim());
    return key === null || rest !== "" ? null : { key, value: "" };
  }
  if (line.startsWith('"') || line.startsWith("'")) {
    const [key, rest] = scalarAt(line);
    return key === null || !/^:(?: |$)/.test(rest) ? null : { key, value: rest.slice(1).trim() };
  }
  const colon = /:(?: |$)/.exec(line);
  if (colon === null || colon.index === 0 || line.startsWith("\t")) return null;
  return { key: line.slice(0, colon.index), value: line.slice(colon.index + 1).trim() };
}

function readValue(text: string, number: number): unknown {
  const [first = ""] = text;
  if ("&*!".includes(first)) throw invalidLock(`its line ${number} has an anchor, an alias or a tag`);
  if ("|>".includes(first)) return null;
  if (first === "[" || first === "{") {
    if (!text.endsWith(first === "[" ? "]" : "}")) throw invalidLock(`its line ${number} has an open bracket`);
    return inBrackets(text);
  }
  const [value, rest] = scalarAt(text.replace(/^([^"'].*?) #.*$/, "$1"));
  return rest === "" || rest.startsWith(" #") ? value : null;
}

/** A list or mapping of plain texts on one line; null for any other. */
function inBrackets(text: string): readonly string[] | Mapping | null {
  const inner = text.slice(1, -1).trim();
  const isList = text.startsWith("[");
  if (inner.length > longestInBrackets || /[[\]{}"]/.test(inner)) return null;
  const parts = inner === "" ? [] : inner.split(/, */);
  if (isList) return parts.map(unquoted);
  const mapping = emptyMapping();
  for (const part of parts) {
    const colon = part.indexOf(": ");
    if (colon > 0) mapping[unquoted(part.slice(0, colon))] = unquoted(part.slice(colon + 2));
  }
  return mapping;
}

const longestInBrackets = 10_000;

function unquoted(text: string): string {
  return scalarAt(text.trim())[0] ?? text;
}

/** The text that begins here, and what stands behind its closing quote; null where it has none on this line. */
function scalarAt(text: string): readonly [string | null, string] {
  const quote = text[0];
  if (quote !== "'" && quote !== '"') return [text, ""];
  let end = text.indexOf(quote, 1);
  if (quote === "'") {
    while (end !== -1 && text[end + 1] === "'") end = text.indexOf("'", end + 2);
    return end === -1 ? [null, ""] : [text.slice(1, end).replaceAll("''", "'"), text.slice(end + 1)];
  }
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? [null, ""] : [text.slice(1, end).replaceAll(/\\(.)/g, "$1"), text.slice(end + 1)];
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === "\\") backslashes++;
  return backslashes % 2 === 1;
}
