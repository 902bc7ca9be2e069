import { endOfDigits, isDigit, type Piece, type RankedVersion, rankedOrder } from "./ranked.ts";

/**
 * Compares two versions by Semantic Versioning 2.0.0 §11: negative, 0 or positive. Tolerant as npm data needs it: a leading
 * `v` or `=` is dropped, missing minor and patch numbers are 0, build metadata does not count, and OSV's `0` sorts before
 * every version, prereleases of 0.0.0 included. Text that is no version at all is ordered as a prerelease of 0.0.0.
 */
export function compareSemver(left: string, right: string): number {
  if (left === "0" || right === "0") return left === right ? 0 : left === "0" ? -1 : 1;
  return compareParts(left, right);
}

/**
 * Takes a semantic version of `count` numbers apart, for an order in which the end ranks as 0. What is missing and what is no
 * version is as `compareSemver` says.
 */
export function readSemver(text: string, count: number): RankedVersion {
  const pieces: Piece[] = [];
  const end = trimmedEnd(text);
  const afterNumbers = readNumbers(text, count, pieces);
  const afterTags = pieces.length === 0 ? -1 : readTags(text, afterNumbers, pieces);
  if (afterTags === end || (text.charCodeAt(afterTags) === 0x2b && endOfTag(text, afterTags + 1) === end)) {
    return { text, pieces };
  }
  const garbage = Array.from({ length: count }, (): Piece => ({ rank: number, start: 0, end: 0, isNumber: true }));
  splitTags(text, { start: 0, end: text.length }, garbage);
  return { text, pieces: garbage };
}

const numericTag = 1;
const textTag = 2;
/** In place of tags: a release is newer than each of its prereleases. */
const release = 3;
const number = 4;

const compareParts = rankedOrder((text) => readSemver(text, 3), 0);

/** Returns where the numbers end. Adds none when there are none. */
function readNumbers(text: string, count: number, pieces: Piece[]): number {
  let start = 0;
  while (isPrefix(text.charCodeAt(start))) start++;
  let at = endOfDigits(text, start);
  if (at === start) return start;
  pieces.push({ rank: number, start, end: at, isNumber: true });
  while (pieces.length < count) {
    const end = text.charCodeAt(at) === 0x2e ? endOfDigits(text, at + 1) : at;
    const isThere = end > at + 1;
    pieces.push({ rank: number, start: isThere ? at + 1 : 0, end: isThere ? end : 0, isNumber: true });
    if (isThere) at = end;
  }
  return at;
}

/** Returns where the prerelease that may begin at `start` ends. */
function readTags(text: string, start: number, pieces: Piece[]): number {
  const end = text.charCodeAt(start) === 0x2d ? endOfTag(text, start + 1) : start;
  if (end <= start + 1) {
    pieces.push({ rank: release, start: 0, end: 0, isNumber: false });
    return start;
  }
  splitTags(text, { start: start + 1, end }, pieces);
  return end;
}

function splitTags(text: string, stretch: { readonly start: number; readonly end: number }, pieces: Piece[]): void {
  for (let at = stretch.start; at <= stretch.end; ) {
    const digits = endOfDigits(text, at);
    let end = digits;
    while (end < stretch.end && text.charCodeAt(end) !== 0x2e) end++;
    const isNumber = end > at && digits === end;
    pieces.push({ rank: isNumber ? numericTag : textTag, start: at, end, isNumber });
    at = end + 1;
  }
}

function endOfTag(text: string, start: number): number {
  let at = start;
  while (isTagCharacter(text.charCodeAt(at))) at++;
  return at;
}

function isTagCharacter(code: number): boolean {
  const lower = code | 0x20;
  return isDigit(code) || (lower >= 0x61 && lower <= 0x7a && code < 0x80) || code === 0x2d || code === 0x2e;
}

/** `v`, `=` and spaces. */
function isPrefix(code: number): boolean {
  return code === 0x76 || code === 0x3d || isSpace(code);
}

function trimmedEnd(text: string): number {
  let end = text.length;
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end--;
  return end;
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
