/** A piece of a version: its place among what may stand there, and where it stands in the text. */
export interface Piece {
  /** Decides first. What the end of a version ranks as is for the order to say. */
  readonly rank: number;
  readonly start: number;
  readonly end: number;
  /** Whether two pieces of this rank are compared as decimal numbers of any length; otherwise by their characters. */
  readonly isNumber: boolean;
}

/** A version taken apart. */
export interface RankedVersion {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

/**
 * The order of versions that are compared piece by piece, the first difference deciding: by rank, then as numbers or by
 * characters. Where one of them has no piece left, it is taken as an empty one of rank `end`. As `read` takes any text, so
 * does the order, and it is total: negative when `left` is older, 0 when they are equal, positive when `left` is newer.
 */
export function rankedOrder(
  read: (text: string) => RankedVersion,
  end: number,
): (left: string, right: string) => number {
  const missing: Piece = { rank: end, start: 0, end: 0, isNumber: false };
  const readAgain = remembering(read);
  return (left, right) => {
    if (left === right) return 0;
    const a = readAgain(left);
    const b = read(right);
    const length = Math.max(a.pieces.length, b.pieces.length);
    for (let i = 0; i < length; i++) {
      const pieceA = a.pieces[i] ?? missing;
      const pieceB = b.pieces[i] ?? missing;
      const order = pieceA.rank - pieceB.rank || comparePieces(a.text, pieceA, b.text, pieceB);
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** One version is compared with many, one after the other: it is taken apart once. */
function remembering(read: (text: string) => RankedVersion): (text: string) => RankedVersion {
  let last: { readonly text: string; readonly version: RankedVersion } | null = null;
  return (text) => {
    if (last?.text !== text) last = { text, version: read(text) };
    return last.version;
  };
}

/** Whether the piece is a number with no digit but 0. */
export function isZero(text: string, piece: Piece): boolean {
  return piece.isNumber && afterZeros(text, piece) === piece.end;
}

/** Where the digits that begin at `start` end: at `start` when there are none. */
export function endOfDigits(text: string, start: number): number {
  let at = start;
  while (isDigit(text.charCodeAt(at))) at++;
  return at;
}

/** Where the letters a to z of either case that begin at `start` end: at `start` when there are none. */
export function endOfLetters(text: string, start: number): number {
  let at = start;
  while (isLetter(text.charCodeAt(at))) at++;
  return at;
}

/** Whether this is the code of a digit 0 to 9. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a && code < 0x80;
}

function comparePieces(a: string, pieceA: Piece, b: string, pieceB: Piece): number {
  const asNumbers = pieceA.isNumber || pieceB.isNumber;
  const startA = asNumbers ? afterZeros(a, pieceA) : pieceA.start;
  const startB = asNumbers ? afterZeros(b, pieceB) : pieceB.start;
  const longer = pieceA.end - startA - (pieceB.end - startB);
  if (asNumbers && longer !== 0) return longer;
  const common = longer < 0 ? pieceA.end - startA : pieceB.end - startB;
  for (let i = 0; i < common; i++) {
    const order = a.charCodeAt(startA + i) - b.charCodeAt(startB + i);
    if (order !== 0) return order;
  }
  return longer;
}

function afterZeros(text: string, { start, end }: Piece): number {
  let at = start;
  while (at < end && text.charCodeAt(at) === 0x30) at++;
  return at;
}
