/** Where to match: from `from` on, or from the end backwards with `reverse`. */
export interface GlobSubject {
  readonly text: string;
  readonly from: number;
  readonly reverse: boolean;
}

/**
 * The lengths of text that a shell pattern matches, shortest first: `*` is any run, `?` any character, a backslash
 * takes the next character as it is. Takes time in proportion to pattern times text.
 */
export function globEnds(pattern: string, { text, from, reverse }: GlobSubject): readonly number[] {
  const tokens = [...pattern.matchAll(/\\?./gs)].map((match) => match[0]);
  const ordered = reverse ? tokens.toReversed() : tokens;
  const count = text.length - from;
  let reached = new Set([0]);
  for (const token of ordered) {
    const next = new Set<number>();
    if (token === "*") {
      for (let length = Math.min(...reached); length <= count; length += 1) next.add(length);
    } else {
      for (const length of reached) {
        const character = reverse ? text.at(text.length - 1 - length) : text[from + length];
        const inside = length < count && character !== undefined;
        if (inside && (token === "?" || character === token.slice(-1))) next.add(length + 1);
      }
    }
    reached = next;
    if (reached.size === 0) return [];
  }
  return [...reached].sort((left, right) => left - right);
}
