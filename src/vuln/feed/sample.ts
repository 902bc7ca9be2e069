import { memberSplitter } from "./json-members.ts";

/** The first look at a feed: its outer form, and enough of its content to tell which format it has. */
export type Sample =
  | { readonly form: "empty" | "binary" | ArchiveForm }
  /** Records one a line; `first` is the first line's. */
  | { readonly form: "lines"; readonly first: unknown }
  /** One JSON object; `members` are those that the look saw whole, in order. `complete` says that there are no others. */
  | { readonly form: "object"; readonly members: ReadonlyMap<string, unknown>; readonly complete: boolean }
  | { readonly form: "array"; readonly first: unknown }
  | { readonly form: "text"; readonly text: string };

/** What holds several documents. */
export type ArchiveForm = "zip" | "tar" | "deb";

/** How much of a feed a look takes in, in bytes. */
export const sampleSize = 1024 * 1024;

/**
 * Tells the form of a feed from its first bytes, uncompressed; fewer than `sampleSize` are all of it. `file` is for
 * messages. Throws VULN_FORMAT_INVALID for what begins as JSON and is none.
 */
export function sampleOf(head: Uint8Array, file: string): Sample {
  if (head.length === 0) return { form: "empty" };
  if (startsWith(head, [0x50, 0x4b, 0x03, 0x04]) || startsWith(head, [0x50, 0x4b, 0x05, 0x06])) return { form: "zip" };
  const latin1 = (start: number, end: number) => new TextDecoder("latin1").decode(head.subarray(start, end));
  if (latin1(257, 262) === "ustar") return { form: "tar" };
  if (latin1(0, 21) === "!<arch>\ndebian-binary") return { form: "deb" };
  const text = new TextDecoder("utf-8").decode(head.subarray(0, 64 * 1024), { stream: true });
  if (text.includes("\0")) return { form: "binary" };
  const start = text.trimStart();
  if (start === "") return { form: "empty" };
  if (start.startsWith("{")) return recordLines(head) ?? jsonDocument(head, file);
  // The advisory lists of the security tracker open with a date in brackets; JSON never does.
  if (start.startsWith("[") && !/^\[\d+ [A-Z]/.test(start)) return jsonDocument(head, file);
  return { form: "text", text };
}

/** Records one a line, when the first line is a whole JSON object and another begins after it. */
function recordLines(head: Uint8Array): Sample | null {
  const end = head.indexOf(0x0a);
  if (end < 0) return null;
  const rest = new TextDecoder("utf-8").decode(head.subarray(end, end + 4096), { stream: true }).trimStart();
  if (!rest.startsWith("{")) return null;
  try {
    return { form: "lines", first: JSON.parse(new TextDecoder("utf-8").decode(head.subarray(0, end))) };
  } catch {
    return null;
  }
}

function jsonDocument(head: Uint8Array, file: string): Sample {
  const splitter = memberSplitter({ file });
  const found = splitter.push(head);
  if (head.length < sampleSize) splitter.end();
  if (splitter.kind() === "array") return { form: "array", first: found[0]?.value };
  const members = new Map(found.map((member) => [member.key ?? "", member.value]));
  return { form: "object", members, complete: head.length < sampleSize };
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}
