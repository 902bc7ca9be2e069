import { endOfDigits, endOfLetters, type Piece, type RankedVersion, rankedOrder } from "./ranked.ts";

/**
 * The order of OpenSSL's own versions: numbers, then until 1.1.1 letters (1.1.1 < 1.1.1a < 1.1.1z < 1.1.1za), then what makes
 * it older (`-dev`, `-alpha1`, `-beta1`, `-pre1`) or newer (any other word: `-engine`, `-fips`). Takes any text: what does not
 * begin with a digit is older than every version.
 */
export const compareOpensslVersions = rankedOrder(read, 5);

const notOne = -1;
const before: ReadonlyMap<string, number> = new Map([
  ["dev", 0],
  ["alpha", 1],
  ["beta", 2],
  ["pre", 3],
  ["rc", 4],
]);
const after = 6;
const count = 7;
const letters = 8;
const number = 9;
const zero: Piece = { rank: number, start: 0, end: 0, isNumber: true };

function read(version: string): RankedVersion {
  const text = version.toLowerCase();
  const pieces: Piece[] = [];
  let at = readNumbers(text, pieces);
  if (at === 0) return { text, pieces: [{ rank: notOne, start: 0, end: text.length, isNumber: false }] };
  const end = endOfLetters(text, at);
  if (end > at && !before.has(text.slice(at, end))) {
    pieces.push({ rank: letters, start: at, end, isNumber: false });
    at = end;
  }
  readRest(text, at, pieces);
  return { text, pieces };
}

/** Reads at least three numbers, where missing ones are 0. Returns where they end. */
function readNumbers(text: string, pieces: Piece[]): number {
  let at = endOfDigits(text, 0);
  if (at === 0) return 0;
  pieces.push({ rank: number, start: 0, end: at, isNumber: true });
  while (text.charCodeAt(at) === 0x2e) {
    const end = endOfDigits(text, at + 1);
    if (end === at + 1) break;
    pieces.push({ rank: number, start: at + 1, end, isNumber: true });
    at = end;
  }
  while (pieces.length < 3) pieces.push(zero);
  return at;
}

function readRest(text: string, start: number, pieces: Piece[]): void {
  for (let at = start; at < text.length; ) {
    const digits = endOfDigits(text, at);
    const end = digits > at ? digits : endOfLetters(text, at);
    if (digits > at) pieces.push({ rank: count, start: at, end, isNumber: true });
    else if (end > at) {
      const rank = before.get(text.slice(at, end)) ?? after;
      pieces.push({ rank, start: rank === after ? at : end, end, isNumber: false });
    }
    at = end > at ? end : at + 1;
  }
}
