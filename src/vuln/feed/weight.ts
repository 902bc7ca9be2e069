/**
 * Most objects, lists and members of objects in one record or member of a feed. A megabyte of empty lists takes twenty in
 * memory, so that a limit of bytes is none of memory; the largest records there are have a tenth of this.
 */
export const mostValues = 2_000_000;

/** Whether the JSON `text` has more than `mostValues` objects, lists and members. It need not be valid. */
export function isHeavy(text: string): boolean {
  if (text.length <= mostValues) return false;
  let count = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === backslash) at++;
      else if (code === quote) inString = false;
    } else if (code === quote) inString = true;
    else if (opens(code) && ++count > mostValues) return true;
  }
  return false;
}

/** Whether the character with this code, outside of texts, begins an object, a list or the value of a member. */
export function opens(code: number): boolean {
  return code === 0x7b || code === 0x5b || code === 0x3a;
}

const [quote, backslash] = [0x22, 0x5c];
