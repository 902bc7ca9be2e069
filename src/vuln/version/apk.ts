import { endOfDigits, type Piece, type RankedVersion, rankedOrder } from "./ranked.ts";

/**
 * The order of Alpine's versions as apk-tools 3 has it: numbers (`1.2.3`), a letter, suffixes (`_rc1`, `_p2`), the hash of a
 * commit (`~a1b2c3`) and a revision (`-r4`). After the first, a number that begins with 0 is compared as a decimal fraction
 * is. From where a text stops being a version it ranks below one that ends there, and by its characters.
 */
export const compareApkVersions = rankedOrder(read, 5);

const suffixes: ReadonlyMap<string, number> = new Map([
  ["alpha", 0],
  ["beta", 1],
  ["pre", 2],
  ["rc", 3],
  ["cvs", 9],
  ["svn", 10],
  ["git", 11],
  ["hg", 12],
  ["p", 13],
]);
const invalid = 4;
const revision = 6;
const hash = 7;
const suffixNumber = 8;
const letter = 14;
const fraction = 15;
const number = 16;

function read(text: string): RankedVersion {
  const pieces: Piece[] = [];
  let at = readNumbers(text, pieces);
  if (at > 0 && isLower(text.charCodeAt(at))) {
    pieces.push({ rank: letter, start: at, end: at + 1, isNumber: false });
    at++;
  }
  if (at > 0) at = readRevision(text, readHash(text, readSuffixes(text, at, pieces), pieces), pieces);
  if (at < text.length || at === 0) pieces.push({ rank: invalid, start: at, end: text.length, isNumber: false });
  return { text, pieces };
}

function readNumbers(text: string, pieces: Piece[]): number {
  let at = endOfDigits(text, 0);
  if (at === 0) return 0;
  pieces.push({ rank: number, start: 0, end: at, isNumber: true });
  while (text.charCodeAt(at) === 0x2e) {
    const end = endOfDigits(text, at + 1);
    if (end === at + 1) break;
    const isFraction = text.charCodeAt(at + 1) === 0x30;
    pieces.push({ rank: isFraction ? fraction : number, start: at + 1, end, isNumber: !isFraction });
    at = end;
  }
  return at;
}

function readSuffixes(text: string, start: number, pieces: Piece[]): number {
  let at = start;
  while (text.charCodeAt(at) === 0x5f) {
    let end = at + 1;
    while (isLower(text.charCodeAt(end))) end++;
    const rank = suffixes.get(text.slice(at + 1, end));
    if (rank === undefined) break;
    pieces.push({ rank, start: end, end, isNumber: false });
    at = endOfDigits(text, end);
    if (at > end) pieces.push({ rank: suffixNumber, start: end, end: at, isNumber: true });
  }
  return at;
}

function readHash(text: string, start: number, pieces: Piece[]): number {
  if (text.charCodeAt(start) !== 0x7e) return start;
  let end = start + 1;
  while (isHexadecimal(text.charCodeAt(end))) end++;
  if (end === start + 1) return start;
  pieces.push({ rank: hash, start: start + 1, end, isNumber: false });
  return end;
}

function readRevision(text: string, start: number, pieces: Piece[]): number {
  const end = text.startsWith("-r", start) ? endOfDigits(text, start + 2) : 0;
  if (end <= start + 2) return start;
  pieces.push({ rank: revision, start: start + 2, end, isNumber: true });
  return end;
}

function isLower(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

function isHexadecimal(code: number): boolean {
  const lower = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x66 && code < 0x80);
}
