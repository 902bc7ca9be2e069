import type { YamlValue } from "../schema.ts";

/** How to read. */
export interface YamlOptions {
  /** Whether a map's key that has no value counts as not given; default it is there, with empty text. */
  readonly isAbsent?: (path: readonly (string | number)[], form: "null" | "empty text") => boolean;
}

/**
 * Reads the plain part of YAML that catalogue files are written in, many times faster than all of YAML can be read: maps
 * and lists in block style, scalars on one line, quoted or not, and literal blocks. Gives what `readYaml` gives for the
 * same text; null for any text that has something else in it or may have a mistake, which `readYaml` is to judge.
 */
export function readPlainYaml(text: string, { isAbsent = () => false }: YamlOptions = {}): YamlValue | null {
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  if (body.length > maximumLength || !body.endsWith("\n") || unusual.test(body)) return null;
  const lines = body.slice(0, -1).split("\n");
  const reader: Reader = { lines, at: 0, path: [], isAbsent };
  if (reader.lines.length > maximumLines) return null;
  try {
    const first = nextLine(reader);
    if (first === null || first.indent !== 0 || first.isItem) return null;
    const value = readMap(reader, 0);
    return nextLine(reader) === null ? value : null;
  } catch (cause) {
    if (cause === notPlain) return null;
    throw cause;
  }
}

const maximumLength = 1 << 20;
const maximumLines = 50_000;
const maximumDepth = 40;

/** Control characters, other line ends, and lines that begin a document or a directive. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const unusual = /[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\uFEFF]|^(?:---|\.\.\.|%)/m;

/** Thrown, and caught above, where the text leaves the plain part: it is no failure. */
const notPlain = Symbol("not plain YAML");

interface Reader {
  readonly lines: readonly string[];
  /** The line to be read next. */
  at: number;
  readonly path: (string | number)[];
  readonly isAbsent: NonNullable<YamlOptions["isAbsent"]>;
}

interface Line {
  readonly text: string;
  readonly indent: number;
  /** Whether it begins with a dash and a space. */
  readonly isItem: boolean;
}

/** The next line that is neither empty nor a comment; null at the end. It stays the next one. */
function nextLine(reader: Reader): Line | null {
  for (; reader.at < reader.lines.length; reader.at += 1) {
    const text = reader.lines[reader.at] ?? "";
    const indent = indentOf(text);
    if (indent === text.length || text[indent] === "#") continue;
    return { text, indent, isItem: text[indent] === "-" && text[indent + 1] === " " };
  }
  return null;
}

function indentOf(text: string): number {
  let indent = 0;
  while (text.charCodeAt(indent) === 32) indent += 1;
  return indent;
}

const entry = /^([A-Za-z0-9_][\w./-]{0,500}):(?: +(.*))?$/;

/** A map whose keys are at `indent`; the first may stand after the dash of a list, from where `first` is the rest of the line. */
function readMap(reader: Reader, indent: number, first?: string): YamlValue {
  const map: Record<string, YamlValue> = {};
  const absent: string[] = [];
  let rest = first;
  for (;;) {
    if (rest === undefined) {
      const line = nextLine(reader);
      if (line === null || line.indent < indent || (line.indent === indent && line.isItem)) return map;
      if (line.indent > indent) throw notPlain;
      rest = line.text.slice(indent);
    }
    const [, key, written = ""] = entry.exec(rest) ?? [];
    if (key === undefined || key === "__proto__" || Object.hasOwn(map, key) || absent.includes(key)) throw notPlain;
    reader.at += 1;
    reader.path.push(key);
    const value = readValue(reader, { written, indent, mayListBeside: true });
    reader.path.pop();
    if (value === undefined) absent.push(key);
    else map[key] = value;
    rest = undefined;
  }
}

interface Written {
  /** What stands on the line after the key or dash. */
  readonly written: string;
  /** Of the key or dash. */
  readonly indent: number;
  /** Whether a list may stand at the same indent: below a key, not below a dash. */
  readonly mayListBeside: boolean;
}

/** The value of a key; undefined where it counts as not given. */
function readValue(reader: Reader, where: Written): YamlValue | undefined {
  const { written, indent } = where;
  if (written === "" || written.startsWith("#")) {
    const nested = readNested(reader, where);
    return nested ?? nothing(reader, "null");
  }
  if (written[0] === "|") return readLiteral(reader, written, indent);
  const { value, isPlain } = readScalar(written);
  refuseContinuation(reader, indent);
  const form = formOfPlain(value, isPlain);
  return form === null ? value : nothing(reader, form);
}

/** What a key has that is there and has no value: nothing at all, or empty text. */
function nothing({ path, isAbsent }: Reader, form: "null" | "empty text"): "" | undefined {
  return isAbsent(path, form) ? undefined : "";
}

function readNested(reader: Reader, { indent, mayListBeside }: Written): YamlValue | null {
  if (reader.path.length > maximumDepth) throw notPlain;
  const line = nextLine(reader);
  if (line === null || line.indent < indent) return null;
  if (line.isItem && (line.indent > indent || mayListBeside)) return readList(reader, line.indent);
  if (line.indent === indent) return null;
  return readMap(reader, line.indent);
}

function readList(reader: Reader, indent: number): YamlValue {
  const list: YamlValue[] = [];
  for (;;) {
    const line = nextLine(reader);
    if (line === null || line.indent < indent || (line.indent === indent && !line.isItem)) return list;
    if (line.indent > indent) throw notPlain;
    const rest = line.text.slice(indent + 1).replace(/^ +/, "");
    if (rest === "" || rest.startsWith("#") || rest.startsWith("- ")) throw notPlain;
    reader.path.push(list.length);
    if (entry.test(rest)) list.push(readMap(reader, line.text.length - rest.length, rest));
    else list.push(readItem(reader, rest, indent));
    reader.path.pop();
  }
}

function readItem(reader: Reader, rest: string, indent: number): YamlValue {
  reader.at += 1;
  if (rest[0] === "|") return readLiteral(reader, rest, indent);
  const { value } = readScalar(rest);
  refuseContinuation(reader, indent);
  return value;
}

/** A scalar may go on in lines that are indented deeper. */
function refuseContinuation(reader: Reader, indent: number): void {
  const line = nextLine(reader);
  if (line !== null && line.indent > indent) throw notPlain;
}

const quotedSingle = /^'((?:[^']|'')*)' *(?: #.*)?$/;
const quotedDouble = /^"([^"\\]*)" *(?: #.*)?$/;

const wordList = /^\[ *(\w[\w./+-]*(?: *, *\w[\w./+-]*)*) *\]$/;

function readScalar(written: string): { readonly value: YamlValue; readonly isPlain: boolean } {
  const first = written[0];
  if (first === "'" || first === '"') {
    const inside = (first === "'" ? quotedSingle : quotedDouble).exec(written)?.[1];
    if (inside === undefined) throw notPlain;
    return { value: first === "'" ? inside.replaceAll("''", "'") : inside, isPlain: false };
  }
  const comment = written.indexOf(" #");
  const value = (comment === -1 ? written : written.slice(0, comment)).replace(/ +$/, "");
  if (value === "[]") return { value: [], isPlain: false };
  const words = wordList.exec(value)?.[1];
  if (words !== undefined) return { value: words.split(/ *, */), isPlain: false };
  if (value === "{}") return { value: {}, isPlain: false };
  if (/^[[\]{},&*!|>%@`#]|^[-?:](?: |$)|:(?: |$)/.test(value)) throw notPlain;
  return { value, isPlain: true };
}

/** A literal block: `|` ends with one line end, `|-` with none. */
function readLiteral(reader: Reader, header: string, indent: number): string {
  if (header !== "|" && header !== "|-") throw notPlain;
  const content: string[] = [];
  let depth = -1;
  for (; reader.at < reader.lines.length; reader.at += 1) {
    const text = reader.lines[reader.at] ?? "";
    const spaces = indentOf(text);
    if (depth === -1 && spaces < text.length) {
      if (spaces <= indent) break;
      depth = spaces;
      // An empty line above that is longer than the indentation would be a mistake.
      if (content.some((line) => line.length > depth)) throw notPlain;
      content.fill("");
    }
    if (depth !== -1 && spaces < depth && spaces < text.length) {
      if (spaces > indent) throw notPlain;
      break;
    }
    content.push(depth === -1 ? text : text.slice(depth));
  }
  if (depth === -1) throw notPlain;
  while (content.at(-1) === "") content.pop();
  return `${content.join("\n")}${header === "|" ? "\n" : ""}`;
}

/** What kind of nothing a value is, if any: YAML's null, written plainly, or an empty text. */
export function formOfPlain(value: YamlValue, isPlain: boolean): "null" | "empty text" | null {
  if (typeof value !== "string" || value.length > 4) return null;
  if (isPlain && /^(~|null|Null|NULL)?$/.test(value)) return "null";
  return value === "" ? "empty text" : null;
}
