import { endOfDigits, endOfLetters, type Piece, type RankedVersion, rankedOrder } from "./ranked.ts";

/**
 * The order of RPM's `[epoch:]version[-release]` as rpmvercmp has it: `~` before the end, `^` after it, letters before
 * numbers, and what else stands between them does not count. Without an epoch it is 0, and without a release a version is
 * older than with any.
 */
export const compareRpmVersions = rankedOrder(read, 1);

const tilde = 0;
/** Of the end, and so of the hyphen between version and release. */
const end = 1;
/** Also of there being a release at all, which has a place to itself. */
const caret = 2;
const letters = 3;
const number = 4;

function read(text: string): RankedVersion {
  const colon = endOfDigits(text, 0);
  const hasEpoch = text.charCodeAt(colon) === 0x3a;
  const pieces: Piece[] = [{ rank: number, start: 0, end: hasEpoch ? colon : 0, isNumber: true }];
  const hyphen = text.lastIndexOf("-");
  const start = hasEpoch ? colon + 1 : 0;
  readRuns(text, { start, end: hyphen < start ? text.length : hyphen }, pieces);
  if (hyphen >= start) {
    pieces.push({ rank: end, start: 0, end: 0, isNumber: false }, { rank: caret, start: 0, end: 0, isNumber: false });
    readRuns(text, { start: hyphen + 1, end: text.length }, pieces);
  }
  return { text, pieces };
}

function readRuns(text: string, stretch: { readonly start: number; readonly end: number }, pieces: Piece[]): void {
  for (let at = stretch.start; at < stretch.end; ) {
    const code = text.charCodeAt(at);
    const digits = endOfDigits(text, at);
    const next = digits > at ? digits : endOfLetters(text, at);
    if (next > at) {
      pieces.push({ rank: digits > at ? number : letters, start: at, end: next, isNumber: digits > at });
      at = next;
    } else {
      if (code === 0x7e) pieces.push({ rank: tilde, start: at, end: at, isNumber: false });
      if (code === 0x5e) pieces.push({ rank: caret, start: at, end: at, isNumber: false });
      at++;
    }
  }
}
