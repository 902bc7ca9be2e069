import { openCache } from "../../src/cache/cache.ts";
import { createHttp, type Http, type HttpLimits } from "../../src/http/fetch.ts";
import type { DownloadPorts } from "../../src/http/receive.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** A client that never really waits between tries; the waits it was asked for are in `waits`. */
export function testHttp(limits: Partial<HttpLimits> = {}): { readonly http: Http; readonly waits: number[] } {
  const waits: number[] = [];
  const http = createHttp({
    fetch: globalThis.fetch,
    userAgent: "hardpan/test",
    now: () => Date.parse("2026-01-15T00:00:00Z"),
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      waits.push(milliseconds);
    },
    limits,
  });
  return { http, waits };
}

/** The ports of a download into a new, empty cache. */
export async function testPorts(
  limits: Partial<HttpLimits> = {},
): Promise<DownloadPorts & { readonly waits: number[] }> {
  return { ...testHttp(limits), cache: await openCache(await temporaryFolder()) };
}
