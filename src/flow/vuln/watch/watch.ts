import type { RoundCounts } from "../../../vuln/watch/event.ts";
import type { WatchPorts, WatchRequest } from "./ports.ts";
import { createRetries } from "./retries.ts";
import { watchRound } from "./round.ts";

/** How a watch ended. */
export interface WatchEnd {
  /** The last whole round; null where there was none. */
  readonly round: RoundCounts | null;
  /** Whether it was ended from outside. */
  readonly interrupted: boolean;
}

/**
 * Looks at the references round after round, until `ports.signal` aborts; with `once` or `dryRun` for one round; with
 * `exitOnVulnerability` until something new is found. What cannot be done is told and tried again. Throws only what leaves
 * nothing to watch.
 */
export async function watch(request: WatchRequest, ports: WatchPorts): Promise<WatchEnd> {
  const retries = createRetries(request.interval);
  let round: RoundCounts | null = null;
  try {
    for (;;) {
      round = await watchRound(request, ports, retries);
      const isOver = request.once || request.dryRun || (request.exitOnVulnerability && round.added > 0);
      if (isOver) return { round, interrupted: false };
      await ports.sleep(request.interval, ports.signal);
    }
  } catch (cause) {
    if (!ports.signal.aborted) throw cause;
    return { round, interrupted: true };
  }
}
