import type { Cache } from "../cache/cache.ts";
import type { Http } from "../http/fetch.ts";
import type { DownloadProgress } from "../http/receive.ts";
import type { DebianMirrors } from "./sources.ts";
import type { Trust } from "./trust.ts";

/** What the engine works with. */
export interface AptPorts {
  readonly http: Http;
  readonly cache: Cache;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly mirrors: Pick<DebianMirrors, "main" | "security">;
  readonly trust: Trust;
}

/** How to work. */
export interface AptOptions {
  /** Use only what is in the cache; what has expired since it came there is still used. */
  readonly offline?: boolean;
  /** Milliseconds during which a release that was looked at is not asked for again; default 0. */
  readonly maxAge?: number;
  /** Take a release past its Valid-Until: for a mirror that stands still on purpose. Gives up protection from freezing. */
  readonly acceptExpired?: boolean;
  readonly signal?: AbortSignal;
  readonly progress?: (progress: DownloadProgress) => void;
}

/** Whether what was looked at then, in milliseconds since 1970, need not be asked for again. */
export function isRecent(checkedAt: number, { now }: Pick<AptPorts, "now">, { maxAge = 0 }: AptOptions): boolean {
  const age = now() - checkedAt;
  return age >= 0 && age < maxAge;
}

/** `ports` and `options` as a download takes them. */
export function downloadPorts(
  ports: Pick<AptPorts, "http" | "cache">,
  options: AptOptions,
): {
  readonly http: Http;
  readonly cache: Cache;
  readonly signal?: AbortSignal;
  readonly progress?: (progress: DownloadProgress) => void;
} {
  return {
    http: ports.http,
    cache: ports.cache,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.progress === undefined ? {} : { progress: options.progress }),
  };
}
