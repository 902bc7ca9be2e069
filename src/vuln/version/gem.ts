import { endOfDigits, endOfLetters, isZero, type Piece, type RankedVersion, rankedOrder } from "./ranked.ts";

/**
 * The order of Ruby's versions as Gem::Version has it: runs of digits and of letters, whatever stands between them; letters
 * are older than numbers, what is missing is 0, and a hyphen begins a prerelease. Takes any text.
 */
export const compareGemVersions = rankedOrder(read, 1);

const letters = 0;
const number = 1;

function read(version: string): RankedVersion {
  const text = version.includes("-") ? version.replaceAll("-", ".pre.") : version;
  const pieces: Piece[] = [];
  let hasLetters = false;
  for (let at = 0; at < text.length; ) {
    const digits = endOfDigits(text, at);
    const end = digits > at ? digits : endOfLetters(text, at);
    if (digits > at) pieces.push({ rank: number, start: at, end, isNumber: true });
    else if (end > at) {
      if (!hasLetters) dropZeros(text, pieces);
      hasLetters = true;
      pieces.push({ rank: letters, start: at, end, isNumber: false });
    }
    at = end > at ? end : at + 1;
  }
  dropZeros(text, pieces);
  return { text, pieces };
}

/** 1.0 is 1, and 1.0.a is 1.a. */
function dropZeros(text: string, pieces: Piece[]): void {
  for (let last = pieces.at(-1); last !== undefined && isZero(text, last); last = pieces.at(-1)) pieces.pop();
}
