import { endOfDigits, endOfLetters, type Piece, type RankedVersion, rankedOrder } from "./ranked.ts";

/**
 * The order of Composer's versions: what composer/semver's VersionParser makes of them, compared as PHP's version_compare does.
 * `dev`, `alpha`, `beta` and `RC` are older than the release, `patch` is newer; `1.x-dev` is newer than all of 1, and a named
 * branch (`dev-main`) is older than every version. Takes any text: what Composer refuses is ordered by its numbers and words.
 */
export const compareComposerVersions = rankedOrder(read, 5);

const unknown = 0;
const dev = 1;
const number = 6;
const words: ReadonlyMap<string, number> = new Map([
  ["dev", dev],
  ["alpha", 2],
  ["a", 2],
  ["beta", 3],
  ["b", 3],
  ["rc", 4],
  ["patch", 7],
  ["pl", 7],
  ["p", 7],
]);
const stabilities = ["stable", "beta", "b", "rc", "alpha", "a", "patch", "pl", "p"];
const zero: Piece = { rank: number, start: 0, end: 0, isNumber: true };

function read(version: string): RankedVersion {
  const text = withoutAdditions(version.trim()).toLowerCase();
  return readClassical(text) ?? readDated(text) ?? readPlainly(numericBranch(text));
}

/** Without the alias of `1.0 as 2.0`, the flag of `1.0@beta` and the build metadata of `1.0+7`. */
function withoutAdditions(version: string): string {
  let text = version;
  const alias = text.indexOf(" as ");
  if (alias > 0) text = text.slice(0, alias).trimEnd();
  if (text.includes("@")) text = text.replace(/@(?:stable|RC|beta|alpha|dev)$/i, "");
  if (/^(?:master|trunk|default)$/.test(text)) return `dev-${text}`;
  const plus = text.indexOf("+");
  return plus > 0 && !/^dev-/i.test(text) ? text.slice(0, plus) : text;
}

/** Up to four numbers, the first of at most five digits, and what says how stable it is. */
function readClassical(text: string): RankedVersion | null {
  const start = afterV(text);
  let at = endOfDigits(text, start);
  if (at === start || at > start + 5) return null;
  const pieces: Piece[] = [{ rank: number, start, end: at, isNumber: true }];
  while (pieces.length < 4) {
    const end = text.charCodeAt(at) === 0x2e ? endOfDigits(text, at + 1) : at;
    const isThere = end > at + 1;
    pieces.push(isThere ? { rank: number, start: at + 1, end, isNumber: true } : zero);
    if (isThere) at = end;
  }
  return readStability(text, at, pieces) ? { text, pieces } : null;
}

/** A date, and perhaps a time, with or without separators: `20100102`, `2010-01-02`. */
function readDated(text: string): RankedVersion | null {
  const start = afterV(text);
  const date = /^\d{4}(?:[.:-]?\d{2}){1,6}(?:[.:-]?\d{1,3}){0,2}/.exec(text.slice(start, start + 40))?.[0];
  if (date === undefined) return null;
  const end = start + date.length;
  const pieces: Piece[] = [];
  readRuns(text, { start, end }, pieces);
  return readStability(text, end, pieces) ? { text, pieces } : null;
}

/** Reads `-beta.2-dev` and its like; returns whether the text ends with it. */
function readStability(text: string, start: number, pieces: Piece[]): boolean {
  if (start === text.length) return true;
  let at = /[._-]/.test(text.charAt(start)) ? start + 1 : start;
  const word = stabilities.find((name) => text.startsWith(name, at));
  const isStable = word === "stable";
  if (word !== undefined) {
    const from = at;
    at += word.length;
    for (let end = endOfCount(text, at); end > at; end = endOfCount(text, at)) at = end;
    if (!isStable) readRuns(text, { start: from, end: at }, pieces);
  }
  const rest = text.slice(at, at + 5);
  const isDev = rest === "dev" || rest === "-dev" || rest === ".dev";
  if (isDev && !isStable) pieces.push({ rank: dev, start: 0, end: 0, isNumber: false });
  return isDev || rest === "";
}

/** Where a number and the separator before it end. */
function endOfCount(text: string, start: number): number {
  const code = text.charCodeAt(start);
  const digits = code === 0x2d || code === 0x2e ? start + 1 : start;
  const end = endOfDigits(text, digits);
  return end > digits ? end : start;
}

/** `1.x-dev` with numbers beyond all others for what is open; other text as it is. */
function numericBranch(text: string): string {
  const match = /^v?(\d+)(\.(?:\d+|[x*]))?(\.(?:\d+|[x*]))?(\.(?:\d+|[x*]))?[.-]?dev$/.exec(text);
  if (match === null) return text;
  const [, major = "", ...more] = match;
  const numbers = more.map((part = ".x") => part.replace(/[x*]/, "9999999"));
  return `${major}${numbers.join("")}-dev`;
}

function readPlainly(text: string): RankedVersion {
  const pieces: Piece[] = [];
  readRuns(text, { start: 0, end: text.length }, pieces);
  return { text, pieces };
}

function readRuns(text: string, stretch: { readonly start: number; readonly end: number }, pieces: Piece[]): void {
  for (let at = stretch.start; at < stretch.end; ) {
    const digits = Math.min(endOfDigits(text, at), stretch.end);
    const end = digits > at ? digits : Math.min(endOfLetters(text, at), stretch.end);
    if (digits > at) pieces.push({ rank: number, start: at, end, isNumber: true });
    else if (end > at) {
      const rank = words.get(text.slice(at, end)) ?? unknown;
      pieces.push({ rank, start: rank === unknown ? at : end, end, isNumber: false });
    }
    at = end > at ? end : at + 1;
  }
}

function afterV(text: string): number {
  return text.charCodeAt(0) === 0x76 ? 1 : 0;
}
