const brace = 0x7b;

/**
 * Whether `bytes` can be the start of deflated data that begins with `{` (RFC 1951): cheap enough to ask of every place
 * where two bytes look right, and no for nearly all that are something else.
 */
export function canStartObject(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  if (bytes.length < 12) return false;
  const type = (first >> 1) & 3;
  if (type === 0) return isStored(bytes);
  if (type === 1) return fixedLiteral(first, second) === brace;
  return type === 2 && hasCompleteCode(bytes);
}

/** A stored block has its length twice, the second time with each bit turned. */
function isStored(bytes: Uint8Array): boolean {
  const [, low = 0, high = 0, lowTurned = 0, highTurned = 0, content] = bytes;
  return (low ^ lowTurned) === 0xff && (high ^ highTurned) === 0xff && content === brace;
}

/** The literal behind the three bits of a block's header in the fixed code; meaningless for what is no literal below 144. */
function fixedLiteral(first: number, second: number): number {
  const bits = (first >> 3) | (second << 5);
  let code = 0;
  for (let bit = 0; bit < 8; bit++) code = (code << 1) | ((bits >> bit) & 1);
  return code - 0x30;
}

/** A block with codes of its own begins with the lengths of a code; it must use all words there are, no more, no fewer. */
function hasCompleteCode(bytes: Uint8Array): boolean {
  const bitsAt = (at: number, count: number): number => {
    const byte = at >> 3;
    const word = (bytes[byte] ?? 0) | ((bytes[byte + 1] ?? 0) << 8);
    return (word >> (at & 7)) & ((1 << count) - 1);
  };
  if (bitsAt(3, 5) > 29 || bitsAt(8, 5) > 29) return false;
  const count = bitsAt(13, 4) + 4;
  let words = 0;
  for (let index = 0; index < count; index++) {
    const length = bitsAt(17 + index * 3, 3);
    if (length > 0) words += 128 >> length;
  }
  return words === 128;
}
