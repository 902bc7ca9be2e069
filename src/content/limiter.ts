/** Runs tasks, at most a certain number at a time, in the order they came. */
export type Limiter = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** A limiter that runs `limit` tasks at a time. */
export function createLimiter(limit: number): Limiter {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
