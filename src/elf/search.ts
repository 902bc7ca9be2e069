import type { ByteSink } from "./stream.ts";

/** What is searched for. */
export interface SearchOptions {
  /** Byte strings, of which every occurrence is judged; at least one byte each. */
  readonly needles: readonly Uint8Array[];
  /** How many bytes from the start of an occurrence `judge` sees at least, where there are as many. */
  readonly lookahead: number;
  /** How many bytes are to come; a guess that is too low costs time only. */
  readonly size: number;
  /**
   * Judges what begins with a needle, `position` bytes after the first. `found` is only lent. A number asks for that
   * many bytes of it and is asked again with as many as there are; it bounds what is held.
   */
  judge(found: Uint8Array, position: number): "next" | "stop" | number;
}

const windowSize = 64 * 1024;

/** Searches bytes as they stream by, however they are cut into pieces, without holding more than a window of them. */
export function createSearch({ needles, lookahead, size, judge }: SearchOptions): ByteSink {
  const longest = Math.max(...needles.map((needle) => needle.length));
  const nextOf = needles.map(() => -1);
  let window = Buffer.alloc(0);
  let [length, base, from, wanted] = [0, 0, 0, lookahead];
  let isOver = false;

  const nextMatch = (): number => {
    let nearest = Number.POSITIVE_INFINITY;
    for (const [index, needle] of needles.entries()) {
      let next = nextOf[index] ?? -1;
      if (next < from) {
        const found = window.subarray(0, length).indexOf(needle, from);
        next = found === -1 ? Number.POSITIVE_INFINITY : found;
        nextOf[index] = next;
      }
      nearest = Math.min(nearest, next);
    }
    return nearest;
  };

  const look = (isLast: boolean): void => {
    nextOf.fill(-1);
    for (;;) {
      const at = nextMatch();
      if (at === Number.POSITIVE_INFINITY) {
        from = Math.max(from, length - longest + 1);
        return;
      }
      from = at;
      if (length - at < wanted && !isLast) return;
      const verdict = judge(window.subarray(at, length), base + at);
      if (verdict === "stop") {
        isOver = true;
        window = Buffer.alloc(0);
        return;
      }
      if (typeof verdict === "number" && verdict > length - at && !isLast) {
        wanted = verdict;
        return;
      }
      wanted = lookahead;
      from = at + 1;
    }
  };

  /** Makes room for more, forgetting what nothing can begin in any longer. */
  const slide = (): void => {
    const needed = Math.max(wanted, length - from) + Math.min(windowSize, Math.max(size, longest));
    const target = needed > window.length ? Buffer.allocUnsafe(needed) : window;
    window.copy(target, 0, from, length);
    window = target;
    base += from;
    length -= from;
    from = 0;
  };

  return {
    write(bytes) {
      for (let taken = 0; taken < bytes.length && !isOver; ) {
        if (length === window.length) slide();
        const count = Math.min(window.length - length, bytes.length - taken);
        window.set(bytes.subarray(taken, taken + count), length);
        length += count;
        taken += count;
        if (length === window.length) look(false);
      }
    },
    end() {
      if (!isOver) look(true);
      isOver = true;
      window = Buffer.alloc(0);
    },
  };
}
