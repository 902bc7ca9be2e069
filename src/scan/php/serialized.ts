import { ScanError } from "../error.ts";

/** A value as PHP serialises it; an array becomes a map, with the keys of lists as text. Objects are not read. */
export type PhpValue = string | number | boolean | null | ReadonlyMap<string, PhpValue>;

const deepest = 50;
const mostValues = 1_000_000;

/** Reads what PHP's `serialize` wrote (PHP manual, serialize). Texts are UTF-8. Throws SCAN_FILE_INVALID. */
export function parseSerialized(content: Uint8Array): PhpValue {
  // One character for each byte, as lengths are counted in bytes.
  const source = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("latin1");
  const cursor: Cursor = { source, at: 0, values: 0 };
  return readValue(cursor, 0);
}

interface Cursor {
  readonly source: string;
  at: number;
  values: number;
}

function readValue(cursor: Cursor, depth: number): PhpValue {
  if (depth > deepest) throw invalid(`nested more than ${deepest} deep`);
  if (++cursor.values > mostValues) throw invalid(`more than ${mostValues} values`);
  const { source, at } = cursor;
  const type = source[at];
  if (type === "N") {
    expect(cursor, "N;");
    return null;
  }
  if (type === "b") return readUntil(cursor, "b:", ";") === "1";
  if (type === "i" || type === "d") return Number(readUntil(cursor, `${type}:`, ";"));
  if (type === "s") {
    const text = readText(cursor);
    expect(cursor, ";");
    return text;
  }
  if (type === "a") return readArray(cursor, depth);
  throw invalid(`an unknown value at byte ${at}`);
}

function readText(cursor: Cursor): string {
  const length = readLength(cursor, "s:");
  expect(cursor, '"');
  const start = cursor.at;
  if (start + length > cursor.source.length) throw invalid("it ends within a text");
  cursor.at = start + length;
  expect(cursor, '"');
  return Buffer.from(cursor.source.slice(start, start + length), "latin1").toString("utf8");
}

function readArray(cursor: Cursor, depth: number): PhpValue {
  const count = readLength(cursor, "a:");
  expect(cursor, "{");
  const values = new Map<string, PhpValue>();
  for (let read = 0; read < count; read++) {
    const key = readValue(cursor, deepest);
    if (typeof key !== "string" && typeof key !== "number") throw invalid("an array whose key is no text or number");
    values.set(String(key), readValue(cursor, depth + 1));
  }
  expect(cursor, "}");
  return values;
}

function readLength(cursor: Cursor, opening: string): number {
  const digits = readUntil(cursor, opening, ":");
  if (!/^\d{1,9}$/.test(digits)) throw invalid(`no length at byte ${cursor.at}`);
  return Number(digits);
}

function readUntil(cursor: Cursor, opening: string, closing: string): string {
  expect(cursor, opening);
  const text = cursor.source.slice(cursor.at, cursor.at + 40);
  const end = text.indexOf(closing);
  if (end < 0) throw invalid(`no end of what starts at byte ${cursor.at}`);
  cursor.at += end + closing.length;
  return text.slice(0, end);
}

function expect(cursor: Cursor, text: string): void {
  if (!cursor.source.startsWith(text, cursor.at)) throw invalid(`no ${text} at byte ${cursor.at}`);
  cursor.at += text.length;
}

function invalid(reason: string): ScanError {
  return new ScanError("SCAN_FILE_INVALID", `not what PHP serialises: ${reason}`, {
    hint: "the registry of installed PEAR packages is damaged; install the package again",
  });
}
