import { endOfDigits, isDigit, isZero, type Piece, type RankedVersion, rankedOrder } from "./ranked.ts";

/**
 * The order of Maven's versions, as ComparableVersion of Maven 3.9 has it: numbers, and qualifiers of which `alpha`, `beta`,
 * `milestone`, `rc` and `snapshot` are older than the release they qualify and all others newer; a hyphen weighs less than a
 * dot, case does not matter. Takes any text.
 *
 * Maven's own comparison goes in circles where a qualifier is followed by a dot or a hyphen, or follows a lone 0: it has
 * 1 < 1-x < 1-0.alpha < 1. There, each qualifier begins a part of its own and empty parts do not count.
 */
export const compareMavenVersions = rankedOrder(read, 5);

const qualifiers: ReadonlyMap<string, number> = new Map([
  ["alpha", 0],
  ["beta", 1],
  ["milestone", 2],
  ["rc", 3],
  ["cr", 3],
  ["snapshot", 4],
  ["ga", 6],
  ["final", 6],
  ["release", 6],
  ["sp", 7],
]);
const beforeDigit: ReadonlyMap<string, number> = new Map([
  ["a", 0],
  ["b", 1],
  ["m", 2],
]);
/** A qualifier that says nothing: what stands after it in its part still counts. */
const plain = 6;
const other = 8;
const firstNumber = 9;
const number = 10;

function read(version: string): RankedVersion {
  const text = version.toLowerCase();
  const pieces: Piece[] = [];
  let part = 0;
  let isFirst = true;
  const begin = () => {
    closePart(text, pieces, part);
    part = pieces.length;
    isFirst = false;
  };
  for (let at = 0; at < text.length; ) {
    const end = endOfItem(text, at);
    const isText = end > at && !isDigit(text.charCodeAt(at));
    if (isText) {
      begin();
      pieces.push(qualifier(text, at, end));
    } else {
      const rank = pieces.length === part && !isFirst ? firstNumber : number;
      pieces.push({ rank, start: at, end, isNumber: true });
    }
    const next = text.charCodeAt(end);
    if (end < text.length && next !== 0x2e) begin();
    at = isSeparator(next) ? end + 1 : end;
  }
  closePart(text, pieces, part);
  return { text, pieces };
}

function qualifier(text: string, start: number, end: number): Piece {
  const word = text.slice(start, end);
  const followed = isDigit(text.charCodeAt(end)) ? beforeDigit.get(word) : undefined;
  const rank = followed ?? qualifiers.get(word) ?? other;
  return { rank, start: rank === other ? start : end, end, isNumber: false };
}

/** Drops what is at the end of a part without making it different: zeros, then a qualifier that says nothing. */
function closePart(text: string, pieces: Piece[], part: number): void {
  for (let last = pieces.at(-1); pieces.length > part && last !== undefined; last = pieces.at(-1)) {
    if (!isZero(text, last) && last.rank !== plain) break;
    pieces.pop();
  }
}

/** Where the digits or the other characters at `start` end; at `start` when a separator stands there. */
function endOfItem(text: string, start: number): number {
  let end = endOfDigits(text, start);
  if (end > start) return end;
  while (end < text.length && !isSeparator(text.charCodeAt(end)) && !isDigit(text.charCodeAt(end))) end++;
  return end;
}

function isSeparator(code: number): boolean {
  return code === 0x2e || code === 0x2d;
}
