import { feedTooLarge, invalidContent } from "./place.ts";
import { mostValues, opens } from "./weight.ts";

/** A member of a JSON document's outermost array (`key` null) or object. `line` is where it begins, from 1. */
export interface JsonMember {
  readonly key: string | null;
  readonly value: unknown;
  readonly line: number;
}

/** Cuts a JSON document into the members of its outermost array or object while it is being read. */
export interface MemberSplitter {
  /** What the document is, once its first character is known. */
  kind(): "array" | "object" | null;
  /** The members that `chunk` completes. Throws VULN_FORMAT_INVALID or VULN_FEED_TOO_LARGE. */
  push(chunk: Uint8Array): readonly JsonMember[];
  /** Says that all has been pushed. Throws VULN_FORMAT_INVALID for a document that is cut off. */
  end(): void;
}

/** Largest member, in bytes. */
const memberLimit = 64 * 1024 * 1024;

/** All members of the JSON document in `source`, a batch for each chunk read; only one member at a time is in memory. */
export async function* jsonMemberBatches(
  source: AsyncIterable<Uint8Array>,
  options: { readonly file: string; readonly limit?: number },
): AsyncGenerator<readonly JsonMember[]> {
  const splitter = memberSplitter(options);
  for await (const chunk of source) yield splitter.push(chunk);
  splitter.end();
}

/** A splitter for one document of `file`. */
export function memberSplitter(options: { readonly file: string; readonly limit?: number }): MemberSplitter {
  const limit = options.limit ?? memberLimit;
  const { file } = options;
  let kind: "array" | "object" | null = null;
  let depth = 0;
  let inString = false;
  let escaped = false;
  let line = 1;
  let startLine = 1;
  let count = 0;
  /** Bytes of the current member from earlier chunks. */
  let pieces: Uint8Array[] = [];
  let held = 0;
  let values = 0;

  const take = (chunk: Uint8Array, from: number, to: number): JsonMember => {
    const bytes = Buffer.concat([...pieces, chunk.subarray(from, to)]);
    pieces = [];
    held = 0;
    values = 0;
    count++;
    return parseMember(bytes, { kind, file, line: startLine });
  };

  const begin = (byte: number) => {
    if (byte !== openBrace && byte !== openBracket) throw invalidContent({ file, line }, "not a JSON array or object");
    kind = byte === openBrace ? "object" : "array";
    depth = 1;
    startLine = line;
  };

  const isEmpty = (chunk: Uint8Array, from: number, to: number) =>
    count === 0 && Buffer.concat([...pieces, chunk.subarray(from, to)]).every(isSpace);

  return {
    kind: () => kind,
    push(chunk) {
      const members: JsonMember[] = [];
      let start = 0;
      for (let i = 0; i < chunk.length; i++) {
        const byte = chunk[i] ?? 0;
        if (byte === newline) line++;
        if (inString) {
          if (escaped) escaped = false;
          else if (byte === backslash) escaped = true;
          else if (byte === quote) inString = false;
        } else if (byte === quote) {
          if (depth === 0) throw invalidContent({ file, line }, "not a JSON array or object");
          inString = true;
        } else if (depth === 0) {
          if (isSpace(byte) || (kind === null && isMark(byte))) continue;
          if (kind !== null) throw invalidContent({ file, line }, "text after the end of the JSON document");
          begin(byte);
          start = i + 1;
        } else if (opens(byte)) {
          if (++values > mostValues) throw feedTooLarge({ file, line: startLine }, mostValues, "values");
          if (byte !== colon) depth++;
        } else if (byte === closeBrace || byte === closeBracket) {
          depth--;
          if (depth > 0) continue;
          if ((byte === closeBrace) !== (kind === "object"))
            throw invalidContent({ file, line }, "brackets do not match");
          if (!isEmpty(chunk, start, i)) members.push(take(chunk, start, i));
          pieces = [];
          start = chunk.length;
        } else if (byte === comma && depth === 1) {
          members.push(take(chunk, start, i));
          start = i + 1;
          startLine = line;
        }
      }
      if (depth > 0 && start < chunk.length) {
        held += chunk.length - start;
        if (held > limit) throw feedTooLarge({ file, line: startLine }, limit);
        pieces.push(chunk.slice(start));
      }
      return members;
    },
    end() {
      if (kind === null || depth > 0) throw invalidContent({ file, line }, "the JSON document is cut off");
    },
  };
}

const [quote, backslash, comma, colon, newline] = [0x22, 0x5c, 0x2c, 0x3a, 0x0a];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === newline || byte === 0x0d;
}

/** Whether `byte` is part of the UTF-8 byte order mark. */
function isMark(byte: number): boolean {
  return byte === 0xef || byte === 0xbb || byte === 0xbf;
}

function parseMember(
  bytes: Buffer,
  at: { readonly kind: "array" | "object" | null; readonly file: string; readonly line: number },
): JsonMember {
  const text = bytes.toString("utf8");
  try {
    if (at.kind === "array") return { key: null, value: JSON.parse(text), line: at.line };
    const parsed: unknown = JSON.parse(`{${text}}`);
    const [entry] = Object.entries(parsed ?? {});
    if (entry === undefined) throw new SyntaxError("a member is missing between two commas");
    return { key: entry[0], value: entry[1], line: at.line };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw invalidContent({ file: at.file, line: at.line }, `not JSON: ${why.slice(0, 200)}`, cause);
  }
}
