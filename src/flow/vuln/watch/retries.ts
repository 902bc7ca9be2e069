/** Longest time for which something that fails is left alone, unless rounds are further apart, in milliseconds. */
const longest = 3_600_000;

/** Remembers what failed lately, and until when to leave it alone. */
export interface Retries {
  isWaiting(key: string, now: Date): boolean;
  /** Notes a failure: the first is tried again the next round, each further one after twice the time. */
  failed(key: string, now: Date): { readonly failures: number; readonly retryAt: Date };
  succeeded(key: string): void;
}

/** For rounds that are `interval` milliseconds apart. */
export function createRetries(interval: number): Retries {
  const failing = new Map<string, { readonly failures: number; readonly retryAt: Date }>();
  return {
    isWaiting: (key, now) => (failing.get(key)?.retryAt.getTime() ?? 0) > now.getTime(),
    failed(key, now) {
      const failures = (failing.get(key)?.failures ?? 0) + 1;
      const delay = Math.min(interval * 2 ** Math.min(failures - 1, 30), Math.max(longest, interval));
      const state = { failures, retryAt: new Date(now.getTime() + delay) };
      failing.set(key, state);
      return state;
    },
    succeeded: (key) => void failing.delete(key),
  };
}
