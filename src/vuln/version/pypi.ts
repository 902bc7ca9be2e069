import { endOfDigits, isDigit, type Piece, type RankedVersion, rankedOrder } from "./ranked.ts";

/**
 * The order of Python's versions by PEP 440: epoch, release, prerelease, post-release and development release in all the
 * spellings it allows, then the local version after `+`. Advisories do not speak of local versions: see `withoutLocal`. Takes
 * any text; what is no version by PEP 440 is older than all that are, and ordered by its characters.
 */
export const comparePypiVersions = rankedOrder(read, 0);

/** `version` without its local part, `+cpu` of `2.1.0+cpu`: a vulnerable version is vulnerable however it was built. */
export function withoutLocal(version: string): string {
  const plus = version.indexOf("+");
  return plus === -1 ? version : version.slice(0, plus);
}

type Words = readonly (readonly [word: string, rank: number])[];

const notOne = -1;
const number = 9;
const onlyDev = 0;
const final = 4;
const localText = 1;
const localNumber = 2;
const preWords: Words = [
  ["alpha", 1],
  ["a", 1],
  ["beta", 2],
  ["b", 2],
  ["rc", 3],
  ["c", 3],
  ["preview", 3],
  ["pre", 3],
];
const postWords: Words = [
  ["post", 1],
  ["rev", 1],
  ["r", 1],
];
const devWords: Words = [["dev", 0]];
const noPost: Piece = { rank: 0, start: 0, end: 0, isNumber: true };
const noDev: Piece = { rank: 1, start: 0, end: 0, isNumber: true };

function read(version: string): RankedVersion {
  const text = version.trim().toLowerCase();
  const pieces: Piece[] = [];
  const release = readRelease(text, pieces);
  if (release === 0) return invalid(text);
  const pre = readPhase(text, release, preWords);
  const post = readPost(text, pre?.next ?? release);
  const afterPost = post?.next ?? pre?.next ?? release;
  const dev = readPhase(text, afterPost, devWords);
  const isOnlyDev = dev !== null && post === null;
  pieces.push(
    pre ?? { rank: isOnlyDev ? onlyDev : final, start: 0, end: 0, isNumber: true },
    post ?? noPost,
    dev ?? noDev,
  );
  return readLocal(text, dev?.next ?? afterPost, pieces) === text.length ? { text, pieces } : invalid(text);
}

function invalid(text: string): RankedVersion {
  return { text, pieces: [{ rank: notOne, start: 0, end: text.length, isNumber: false }] };
}

/** Reads `v1!2.3.0`, of which the trailing zeros do not count. Returns where it ends: 0 when there is none. */
function readRelease(text: string, pieces: Piece[]): number {
  const start = text.charCodeAt(0) === 0x76 ? 1 : 0;
  const mark = endOfDigits(text, start);
  const hasEpoch = mark > start && text.charCodeAt(mark) === 0x21;
  pieces.push({ rank: number, start, end: hasEpoch ? mark : start, isNumber: true });
  let from = hasEpoch ? mark + 1 : start;
  let at = endOfDigits(text, from);
  if (at === from) return 0;
  let significant = pieces.length;
  for (;;) {
    pieces.push({ rank: number, start: from, end: at, isNumber: true });
    if (!isOnlyZeros(text, from, at)) significant = pieces.length;
    if (text.charCodeAt(at) !== 0x2e || !isDigit(text.charCodeAt(at + 1))) break;
    from = at + 1;
    at = endOfDigits(text, from);
  }
  pieces.length = significant;
  return at;
}

interface Phase extends Piece {
  readonly next: number;
}

/** Reads one of `words` with the number after it, which may be missing, and a separator before each. */
function readPhase(text: string, at: number, words: Words): Phase | null {
  if (at === text.length) return null;
  const start = afterSeparator(text, at);
  for (const [word, rank] of words) {
    if (!text.startsWith(word, start)) continue;
    const digits = afterSeparator(text, start + word.length);
    const next = endOfDigits(text, digits);
    return { rank, start: digits, end: next, isNumber: true, next };
  }
  return null;
}

/** A post-release may also be a hyphen and a number. */
function readPost(text: string, at: number): Phase | null {
  if (text.charCodeAt(at) !== 0x2d || !isDigit(text.charCodeAt(at + 1))) return readPhase(text, at, postWords);
  const next = endOfDigits(text, at + 1);
  return { rank: 1, start: at + 1, end: next, isNumber: true, next };
}

/** Returns where the local version that may begin at `start` ends: at `start` when there is none. */
function readLocal(text: string, start: number, pieces: Piece[]): number {
  let at = start;
  for (let isNext = text.charCodeAt(at) === 0x2b; isNext; isNext = isSeparator(text.charCodeAt(at))) {
    const digits = endOfDigits(text, at + 1);
    let end = digits;
    while (isAlphanumeric(text.charCodeAt(end))) end++;
    if (end === at + 1) return at;
    const isNumber = end === digits;
    pieces.push({ rank: isNumber ? localNumber : localText, start: at + 1, end, isNumber });
    at = end;
  }
  return at;
}

function afterSeparator(text: string, at: number): number {
  return isSeparator(text.charCodeAt(at)) ? at + 1 : at;
}

function isSeparator(code: number): boolean {
  return code === 0x2d || code === 0x2e || code === 0x5f;
}

function isAlphanumeric(code: number): boolean {
  return isDigit(code) || (code >= 0x61 && code <= 0x7a);
}

function isOnlyZeros(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) !== 0x30) return false;
  return true;
}
