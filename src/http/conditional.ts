import { createHash } from "node:crypto";
import type { Stored } from "../cache/cache.ts";
import { CacheError } from "../cache/error.ts";
import { HttpError } from "./error.ts";
import { openPartial, type Partial } from "./partial.ts";
import { type DownloadPorts, isEncoded, receive, type Wanted } from "./receive.ts";
import { redactUrl } from "./redact.ts";
import type { RedirectRule } from "./redirect.ts";
import { backoffDelay } from "./retry.ts";
import type { Pace } from "./watch.ts";

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
  readonly follows?: RedirectRule;
  readonly pace?: Pace;
}

/**
 * Brings what `request.url` holds now into the cache, without transferring it again where the server says that it has
 * not changed (RFC 9110 §13: ETag, Last-Modified). Goes on where an earlier, interrupted transfer of the same content
 * stopped. Throws HTTP_MISMATCH for content that is not what the server announces in `x-goog-hash`, and what
 * `Http.request` and `Cache.write` throw.
 */
export async function fetchCurrent(request: ConditionalRequest, ports: DownloadPorts): Promise<Current> {
  const known = await readKnown(request, ports);
  const wanted = wantedOf(request, known);
  const partial = await openPartial(await ports.cache.folder("partial"), wanted.key);
  try {
    const found = await fetchInto(partial, { request, wanted, ports });
    await partial.remove();
    if (found !== null) return { ...found, unchanged: known?.sha256 === found.sha256 };
    if (known === null) throw new HttpError("HTTP_STATUS", `${redactUrl(request.url)} answered 304`, { status: 304 });
    return { sha256: known.sha256, size: known.size, unchanged: true, lastModified: known.lastModified };
  } catch (cause) {
    await (cause instanceof CacheError ? partial.remove() : partial.release());
    throw cause;
  }
}

interface Transfer {
  readonly request: ConditionalRequest;
  readonly wanted: Wanted;
  readonly ports: DownloadPorts;
}

/** Receives until all is there, again when the connection breaks, and keeps it; null where nothing has changed. */
async function fetchInto(partial: Partial, transfer: Transfer): Promise<Known | null> {
  const { http, signal } = transfer.ports;
  for (let attempt = 1; ; attempt++) {
    const before = partial.size;
    const received = await receive(partial, transfer.wanted, transfer.ports);
    if (received.outcome === "unchanged") return null;
    if (received.outcome === "whole") {
      const kept = await keep(partial, { ...transfer, headers: received.headers });
      if (!(kept instanceof HttpError)) return kept;
      // What an earlier try left may have been wrong; what came in one piece is wrong at the source.
      await partial.clear();
      if (before === 0 || attempt >= http.limits.attempts) throw kept;
      continue;
    }
    if (attempt >= http.limits.attempts) throw received.cause;
    await http.sleep(backoffDelay(attempt, http.limits.backoff), signal);
  }
}

/** Writes what came to the cache and remembers what it was. Returns HTTP_MISMATCH for other bytes than were announced. */
async function keep(partial: Partial, transfer: Transfer & { readonly headers: Headers }): Promise<Known | HttpError> {
  const { request, ports, headers } = transfer;
  const announced = isEncoded(headers) ? null : announcedMd5(headers);
  const md5 = createHash("md5");
  const content = announced === null ? partial.content() : hashed(partial.content(), md5);
  const stored = await ports.cache.write(content, { name: request.name });
  const found = md5.digest("base64");
  if (announced !== null && found !== announced) {
    await ports.cache.drop(stored.sha256);
    return new HttpError("HTTP_MISMATCH", `${redactUrl(request.url)} has the MD5 ${found}, not ${announced}`, {
      hint: "something has changed the content on its way: try again later, or from another network",
    });
  }
  const known = { ...stored, etag: headers.get("etag"), lastModified: headers.get("last-modified") };
  await ports.cache.writeRecord(recordKind, request.url, known);
  return known;
}

async function* hashed(content: AsyncIterable<Uint8Array>, hash: ReturnType<typeof createHash>) {
  for await (const chunk of content) {
    hash.update(chunk);
    yield chunk;
  }
}

/** The MD5 (base64) that Google's storage gives of an object; null where it gives none. */
function announcedMd5(headers: Headers): string | null {
  return /(?:^|[,\s])md5=([A-Za-z0-9+/]{22}==)/.exec(headers.get("x-goog-hash") ?? "")?.[1] ?? null;
}

interface Known extends Stored {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

const recordKind = "http";

function wantedOf(request: ConditionalRequest, known: Known | null): Wanted {
  const key = createHash("sha256").update(`current ${request.url}`).digest("hex");
  return { ...request, key, pinned: false, conditions: conditions(known) };
}

/** What the last answer from this URL was, if its content is still whole in the cache. */
async function readKnown(request: ConditionalRequest, ports: DownloadPorts): Promise<Known | null> {
  const record = await ports.cache.record(recordKind, request.url);
  if (!isKnown(record)) return null;
  try {
    for await (const _ of ports.cache.lend(record.sha256, ports.signal));
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
