import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import type { Cache, Stored } from "../cache/cache.ts";
import { CacheError } from "../cache/error.ts";
import { HttpError } from "./error.ts";
import { openPartial, type Partial } from "./partial.ts";
import { type DownloadPorts, receive, type Wanted } from "./receive.ts";
import { redactUrl } from "./redact.ts";
import { backoffDelay } from "./retry.ts";

/** What to download: the same content under each of `urls`, tried in order. */
export interface DownloadRequest {
  readonly urls: readonly string[];
  /** What it is, for messages and progress: `libc6 2.41-12 amd64`. */
  readonly name: string;
  /** In hex. Where it is known, content already in the cache is not fetched again. */
  readonly sha256?: string;
  /** In bytes. */
  readonly size?: number;
  /** Largest size in bytes where `size` is not known. */
  readonly maxBytes?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether `file:` URLs are read from disk. */
  readonly files?: boolean;
}

/**
 * Brings the content of `request` into the cache and returns its SHA-256 and size. Goes on where an earlier, interrupted
 * download stopped; any number of processes may download the same. Throws HTTP_MISMATCH for content that is not what
 * was announced, what `Http.request` throws when no URL works, CACHE_UNWRITABLE, or the reason of `signal`.
 */
export async function download(request: DownloadRequest, ports: DownloadPorts): Promise<Stored> {
  const cached = await inCache(request, ports.cache);
  if (cached !== null) return cached;
  const folder = await ports.cache.folder("partial");
  const failures: HttpError[] = [];
  for (const url of request.urls) {
    const key = partialKey(request, url);
    const partial = await openPartial(folder, key);
    try {
      const stored = await fetchInto(partial, { request, ports, url, key });
      await partial.remove();
      return stored;
    } catch (cause) {
      await (cause instanceof CacheError ? partial.remove() : partial.release());
      if (!(cause instanceof HttpError)) throw cause;
      failures.push(cause);
    }
  }
  throw combined(request, failures);
}

interface Transfer {
  readonly request: DownloadRequest;
  readonly ports: DownloadPorts;
  readonly url: string;
  readonly key: string;
}

/** Content of a known SHA-256 that is in the cache and, as far as its size tells, whole. */
async function inCache(request: DownloadRequest, cache: Cache): Promise<Stored | null> {
  if (request.sha256 === undefined) return null;
  const path = await cache.path(request.sha256);
  if (path === null) return null;
  const { size } = await stat(path);
  if (request.size === undefined || size === request.size) return { sha256: request.sha256, size };
  await cache.drop(request.sha256);
  return null;
}

/** A part of content with a known hash is completed from any mirror; any other only from the URL it came from. */
function partialKey(request: DownloadRequest, url: string): string {
  return request.sha256 ?? createHash("sha256").update(url).digest("hex");
}

/** Receives until `partial` is whole, again when the connection breaks, and moves it into the cache. */
async function fetchInto(partial: Partial, transfer: Transfer): Promise<Stored> {
  const { http, signal } = transfer.ports;
  for (let breaks = 0; ; ) {
    const before = partial.size;
    const received = await receive(partial, wantedOf(transfer), transfer.ports);
    if (received.outcome === "broken") {
      breaks += 1;
      if (breaks >= http.limits.attempts) throw received.cause;
      await http.sleep(backoffDelay(breaks, http.limits.backoff), signal);
      continue;
    }
    try {
      return await store(partial, transfer);
    } catch (cause) {
      if (!(cause instanceof HttpError)) throw cause;
      // What an earlier try left may have been wrong; what came in one piece is wrong at the source.
      await partial.clear();
      if (before === 0) throw cause;
    }
  }
}

function wantedOf({ request, ports, url, key }: Transfer): Wanted {
  const { name, size, headers, files } = request;
  return {
    ...{ url, name, key, pinned: request.sha256 !== undefined },
    maxBytes: request.maxBytes ?? ports.http.limits.maxBytes,
    ...(size === undefined ? {} : { size }),
    ...(headers === undefined ? {} : { headers }),
    ...(files === undefined ? {} : { files }),
  };
}

async function store(partial: Partial, transfer: Transfer): Promise<Stored> {
  const { request, ports } = transfer;
  const name = `${request.name} from ${redactUrl(transfer.url)}`;
  try {
    return await ports.cache.write(partial.content(), {
      name,
      ...(request.sha256 === undefined ? {} : { sha256: request.sha256 }),
      ...(request.size === undefined ? {} : { size: request.size }),
    });
  } catch (cause) {
    if (!(cause instanceof CacheError) || cause.code !== "CACHE_MISMATCH") throw cause;
    throw new HttpError("HTTP_MISMATCH", cause.message, {
      hint: "the server sends something else than was announced: try again later, or use another mirror",
      cause,
    });
  }
}

function combined(request: DownloadRequest, failures: readonly HttpError[]): HttpError {
  const last = failures.at(-1);
  if (last !== undefined && failures.length === 1) return last;
  const reasons = failures.map((failure) => failure.message).join("; ");
  return new HttpError(last?.code ?? "HTTP_NETWORK", `cannot download ${request.name}: ${reasons || "no address"}`, {
    hint: last?.hint ?? "give an address to download from",
    cause: last,
    ...(last?.status == null ? {} : { status: last.status }),
  });
}
