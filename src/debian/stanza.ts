import type { Bytes, ReadLimit } from "../archive/bytes.ts";
import { tooLarge } from "../archive/error.ts";
import { DebianError } from "./error.ts";

/** A field as written. In `value` lines are joined by `\n`, each without the one space or tab that continues it. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/** A paragraph of fields (deb822(5)). */
export interface Stanza {
  /** Number of its first line, counted from 1. */
  readonly line: number;
  readonly fields: readonly Field[];
  /** The value of a field, its name in any case; null when it is absent. */
  get(name: string): string | null;
}

/** How to read: the file's name for messages, whether lines beginning with `#` are skipped, the first line's number. */
export interface StanzaOptions {
  readonly what?: string;
  readonly comments?: boolean;
  readonly firstLine?: number;
}

/**
 * Reads stanzas separated by empty lines (Debian Policy 5.1). Throws DEB822_INVALID with the line: for a line that is
 * no field, a name with characters Policy does not allow, and a field given twice.
 */
export function* parseStanzas(text: string, options: StanzaOptions = {}): Generator<Stanza> {
  const what = options.what ?? "the control data";
  const comments = options.comments ?? false;
  let draft: Draft | null = null;
  let number = (options.firstLine ?? 1) - 1;
  for (let start = 0, end = 0; start < text.length; start = end + 1) {
    const newline = text.indexOf("\n", start);
    end = newline === -1 ? text.length : newline;
    number++;
    const first = text.charCodeAt(start);
    const line: Line = { text, start, end, number, what };
    if (comments && first === hash) continue;
    if (end > start && !isSpace(first)) {
      draft ??= { line: number, fields: [], values: new Map() };
      addField(draft, line);
    } else if (isBlank(text, start, end)) {
      if (draft !== null) yield finish(draft);
      draft = null;
    } else if (draft === null) {
      throw invalid(line, "continues a field, but none has begun");
    } else {
      continueField(draft, text.slice(start + 1, end).trimEnd());
    }
  }
  if (draft !== null) yield finish(draft);
}

const longestStanza = 1 << 24;

/**
 * `parseStanzas` over a stream of UTF-8. Throws ARCHIVE_TOO_LARGE when it has more than `limit` bytes, or 16 MiB
 * without an empty line.
 */
export async function* readStanzas(source: Bytes, options: ReadLimit & StanzaOptions): AsyncGenerator<Stanza> {
  const decoder = new TextDecoder();
  let firstLine = options.firstLine ?? 1;
  let text = "";
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > options.limit) throw tooLarge(options.what, options.limit);
    text += decoder.decode(chunk, { stream: true });
    const end = text.lastIndexOf("\n\n") + 2;
    if (end === 1 && text.length > longestStanza) throw tooLarge(`a stanza of ${options.what}`, longestStanza);
    if (end === 1) continue;
    const complete = text.slice(0, end);
    yield* parseStanzas(complete, { ...options, firstLine });
    firstLine += countLines(complete);
    text = text.slice(end);
  }
  yield* parseStanzas(text + decoder.decode(), { ...options, firstLine });
}

/** The one stanza of `text`, as a package's control file has it. Throws DEB822_INVALID for none or several. */
export function parseStanza(text: string, options: StanzaOptions = {}): Stanza {
  const [stanza, ...others] = parseStanzas(text, options);
  if (stanza !== undefined && others.length === 0) return stanza;
  const count = stanza === undefined ? "no stanza" : `${others.length + 1} stanzas`;
  throw new DebianError("DEB822_INVALID", `${options.what ?? "the control data"} has ${count} where one is expected`, {
    hint,
  });
}

/** `fields` as a stanza's text, ending in a newline. Throws DEB822_INVALID for what would not be read back. */
export function formatStanza(fields: Iterable<Field>): string {
  let text = "";
  for (const { name, value } of fields) {
    const [first = "", ...rest] = value.split("\n");
    if (!isFieldName(name) || value.includes("\r") || rest.some((line) => line.trim() === "")) {
      throw new DebianError("DEB822_INVALID", `the field ${JSON.stringify(name)} cannot be written`, {
        hint: "names are printable ASCII without colon, values have no empty lines",
      });
    }
    text += `${name}:${first === "" ? "" : ` ${first}`}\n${rest.map((line) => ` ${line}\n`).join("")}`;
  }
  return text;
}

const hint = "the file is damaged or not in Debian's control format";
const hash = 0x23;

interface Line {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly number: number;
  readonly what: string;
}

/** A stanza being read; `values` has its fields by name in lower case. */
interface Draft {
  readonly line: number;
  readonly fields: DraftField[];
  readonly values: Map<string, DraftField>;
}

interface DraftField {
  readonly name: string;
  value: string;
}

function finish({ line, fields, values }: Draft): Stanza {
  return { line, fields, get: (name) => values.get(name.toLowerCase())?.value ?? null };
}

function addField(draft: Draft, line: Line): void {
  const { text, start, end } = line;
  const colon = text.indexOf(":", start);
  if (colon === -1 || colon > end) throw invalid(line, "is not a field");
  const name = text.slice(start, colon);
  if (!isFieldName(name)) throw invalid(line, "has a field name with characters that are not allowed");
  const field = { name, value: text.slice(colon + 1, end).trim() };
  draft.values.set(name.toLowerCase(), field);
  draft.fields.push(field);
  if (draft.values.size < draft.fields.length) throw invalid(line, `gives the field ${name} a second time`);
}

function continueField(draft: Draft, text: string): void {
  const field = draft.fields.at(-1);
  if (field !== undefined) field.value += `\n${text}`;
}

/** Printable ASCII without colon, not beginning with `#` or `-` (Debian Policy 5.1). */
function isFieldName(name: string): boolean {
  const first = name.charCodeAt(0);
  if (name === "" || first === hash || first === 0x2d) return false;
  for (let index = 0; index < name.length; index++) {
    const code = name.charCodeAt(index);
    if (code < 0x21 || code > 0x7e || code === 0x3a) return false;
  }
  return true;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d;
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index++) if (!isSpace(text.charCodeAt(index))) return false;
  return true;
}

function countLines(text: string): number {
  let count = 0;
  for (let index = text.indexOf("\n"); index !== -1; index = text.indexOf("\n", index + 1)) count++;
  return count;
}

function invalid(line: Line, problem: string): DebianError {
  const content = JSON.stringify(line.text.slice(line.start, Math.min(line.end, line.start + 80)));
  return new DebianError("DEB822_INVALID", `${line.what}, line ${line.number}: ${content} ${problem}`, { hint });
}
