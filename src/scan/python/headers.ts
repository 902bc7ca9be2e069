import { ScanError } from "../error.ts";

/** Header fields by name in lower case, each with its values in the order they stand, folds kept as line ends. */
export type Headers = ReadonlyMap<string, readonly string[]>;

const mostLines = 100_000;

/**
 * The header fields of a message (RFC 5322, section 2.2) up to its body: the first empty line, or the first that is neither
 * a field nor the continuation of one, where Python ends the header too. Throws SCAN_FILE_INVALID for more than 100 000
 * lines.
 */
export function parseHeaders(text: string): Headers {
  const fields = new Map<string, string[]>();
  let name = "";
  let lines: string[] = [];
  const finish = () => {
    if (lines.length === 0) return;
    const values = fields.get(name) ?? [];
    values.push(lines.join("\n").trim());
    fields.set(name, values);
  };
  let count = 0;
  for (let start = 0; start < text.length; ) {
    if (++count > mostLines) throw tooLong();
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end).replace(/\r$/, "");
    start = end + 1;
    if (/^[ \t]/.test(line)) {
      if (lines.length > 0) lines.push(line.trim());
      continue;
    }
    const colon = line.indexOf(":");
    if (colon <= 0 || !/^[!-9;-~]+$/.test(line.slice(0, colon))) break;
    finish();
    name = line.slice(0, colon).toLowerCase();
    lines = [line.slice(colon + 1).trim()];
  }
  finish();
  return fields;
}

/** The first value of `name` (in lower case); null where there is none, or it is empty or `UNKNOWN`, as old tools wrote. */
export function fieldOf(headers: Headers, name: string): string | null {
  const value = headers.get(name)?.[0] ?? "";
  return value === "" || value === "UNKNOWN" ? null : value;
}

function tooLong(): ScanError {
  return new ScanError("SCAN_FILE_INVALID", `a header of more than ${mostLines} lines`, {
    hint: "no tool writes such metadata; look at where the file comes from",
  });
}
