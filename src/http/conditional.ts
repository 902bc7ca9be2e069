import type { Stored } from "../cache/cache.ts";
import type { HttpResponse } from "./body.ts";
import type { DownloadPorts } from "./download.ts";
import { HttpError } from "./error.ts";
import { backoffDelay } from "./retry.ts";

/** What a URL holds now, in the cache under its SHA-256. */
export interface Current extends Stored {
  /** Whether it is the same as the last time this URL was asked. */
  readonly unchanged: boolean;
  /** Last-Modified as the server gave it; null when it gave none. */
  readonly lastModified: string | null;
}

/** How to ask. */
export interface ConditionalRequest {
  readonly url: string;
  /** What it is, for messages. */
  readonly name: string;
  /** Largest size in bytes. */
  readonly maxBytes: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether `file:` URLs are read from disk. */
  readonly files?: boolean;
}

/**
 * Brings what `request.url` holds now into the cache, without transferring it again where the server says that it has
 * not changed (RFC 9110 §13: ETag, Last-Modified). Throws what `Http.request` and `Cache.write` throw.
 */
export async function fetchCurrent(request: ConditionalRequest, ports: DownloadPorts): Promise<Current> {
  const { limits } = ports.http;
  const known = await readKnown(request, ports);
  for (let attempt = 1; ; attempt++) {
    const response = await ask(request, { known, ports });
    if (response.status === 304 && known !== null) {
      await response.discard();
      return { sha256: known.sha256, size: known.size, unchanged: true, lastModified: known.lastModified };
    }
    const stored = await keep(request, { response, ports });
    if (!(stored instanceof HttpError)) return { ...stored, unchanged: known?.sha256 === stored.sha256 };
    if (attempt >= limits.attempts) throw stored;
    await ports.http.sleep(backoffDelay(attempt, limits.backoff), ports.signal);
  }
}

async function ask(
  request: ConditionalRequest,
  options: { readonly known: Known | null; readonly ports: DownloadPorts },
): Promise<HttpResponse> {
  const { known, ports } = options;
  return await ports.http.request(request.url, {
    headers: { ...request.headers, ...conditions(known) },
    accept: known === null ? [] : [304],
    maxBytes: request.maxBytes,
    files: request.files ?? false,
    ...(ports.signal === undefined ? {} : { signal: ports.signal }),
  });
}

/** Writes the answer to the cache and remembers what it was; returns the failure when the connection broke off. */
async function keep(
  request: ConditionalRequest,
  options: { readonly response: HttpResponse; readonly ports: DownloadPorts },
): Promise<Known | HttpError> {
  const { response, ports } = options;
  try {
    const stored = await ports.cache.write(response.body, { name: request.name });
    const found: Known = {
      ...stored,
      etag: response.headers.get("etag"),
      lastModified: response.headers.get("last-modified"),
    };
    await ports.cache.writeRecord(recordKind, request.url, found);
    return found;
  } catch (cause) {
    if (cause instanceof HttpError && (cause.code === "HTTP_NETWORK" || cause.code === "HTTP_TIMEOUT")) return cause;
    throw cause;
  }
}

interface Known extends Stored {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

const recordKind = "http";

/** What the last answer from this URL was, if its content is still whole in the cache. */
async function readKnown(request: ConditionalRequest, ports: DownloadPorts): Promise<Known | null> {
  const record = await ports.cache.record(recordKind, request.url);
  if (!isKnown(record)) return null;
  try {
    for await (const _ of ports.cache.stream(record.sha256, ports.signal));
    return record;
  } catch (cause) {
    if (ports.signal?.aborted === true) throw cause;
    return null;
  }
}

function isKnown(record: unknown): record is Known {
  if (typeof record !== "object" || record === null) return false;
  const { sha256, size, etag, lastModified } = { sha256: 0, size: 0, etag: 0, lastModified: 0, ...record };
  return (
    typeof sha256 === "string" &&
    /^[0-9a-f]{64}$/.test(sha256) &&
    typeof size === "number" &&
    (etag === null || typeof etag === "string") &&
    (lastModified === null || typeof lastModified === "string")
  );
}

function conditions(known: Known | null): Record<string, string> {
  return {
    ...(known?.etag == null ? {} : { "if-none-match": known.etag }),
    ...(known?.lastModified == null ? {} : { "if-modified-since": known.lastModified }),
  };
}
