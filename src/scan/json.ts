import { ScanError } from "./error.ts";

/** The most bytes read of a file of JSON. Lock files of the largest projects have a third of it. */
export const longestJson = 2 ** 23;

/** What a text may consist of: values cost memory, up to 200 bytes each, however little of the text they take. */
const limits = { values: 250_000, depth: 100 };

/**
 * What `text` is as JSON; undefined where it is none. Throws SCAN_FILE_INVALID, before anything of it is made, for one of
 * more than 250,000 values or nested more than 100 deep.
 */
export function parseJson(text: string): unknown {
  checkJson(text);
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The object that `text` is as JSON; null for anything else. Throws as `parseJson`. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  const value = parseJson(text);
  return isObject(value) ? value : null;
}

/** Whether `value` is an object whose members can be looked at. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Throws SCAN_FILE_INVALID for a text that `parseJson` refuses. A text that is no JSON may pass. */
export function checkJson(text: string): void {
  let [values, depth] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === codes.quote) at = endOfString(text, at + 1);
    else if (code === codes.comma) values++;
    else if (code === codes.brace || code === codes.bracket) {
      values++;
      if (++depth > limits.depth) throw refused(`nested more than ${limits.depth} deep`);
    } else if (code === codes.braceEnd || code === codes.bracketEnd) depth--;
    if (values > limits.values) throw refused(`of more than ${limits.values} values`);
  }
}

const codes = {
  quote: 0x22,
  backslash: 0x5c,
  comma: 0x2c,
  brace: 0x7b,
  braceEnd: 0x7d,
  bracket: 0x5b,
  bracketEnd: 0x5d,
};

function endOfString(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === codes.quote) return at;
    if (code === codes.backslash) at++;
  }
  return text.length;
}

function refused(what: string): ScanError {
  return new ScanError("SCAN_FILE_INVALID", `it is JSON ${what}`, {
    hint: "no ordinary file of this name is like this; what it names is missing from the list",
  });
}
