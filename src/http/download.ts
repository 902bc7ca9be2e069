import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import type { Cache, Stored } from "../cache/cache.ts";
import { CacheError } from "../cache/error.ts";
import { type HttpResponse, tooLarge } from "./body.ts";
import { HttpError } from "./error.ts";
import type { Http } from "./fetch.ts";
import { openPartial, type Partial } from "./partial.ts";
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

/** What `download` works with. */
export interface DownloadPorts {
  readonly http: Http;
  readonly cache: Cache;
  readonly signal?: AbortSignal;
  readonly progress?: (progress: DownloadProgress) => void;
}

/** Sizes in bytes; `total` is null when not known. */
export interface DownloadProgress {
  readonly name: string;
  readonly received: number;
  readonly total: number | null;
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
    const broken = await receive(partial, transfer);
    if (broken !== null) {
      breaks += 1;
      if (breaks >= http.limits.attempts) throw broken;
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

/** Receives what `partial` lacks. Returns the failure when the transfer broke off, null when it is whole. */
async function receive(partial: Partial, transfer: Transfer): Promise<HttpError | null> {
  const { request } = transfer;
  const validator = request.sha256 === undefined ? await readValidator(transfer) : null;
  const tooMuch = request.size !== undefined && partial.size > request.size;
  if (tooMuch || (request.sha256 === undefined && validator === null)) await partial.clear();
  if (request.size !== undefined && partial.size === request.size) return null;
  const response = await ask(transfer, { from: partial.size, validator });
  const continues = response.status === 206 && continuesAt(response, partial.size);
  if (response.status === 416 || (response.status === 206 && !continues)) {
    await response.discard();
    await partial.clear();
    return await receive(partial, transfer);
  }
  if (!continues) await partial.clear();
  if (request.sha256 === undefined && !continues) await writeValidator(transfer, response);
  return await take(partial, { transfer, response });
}

async function ask(
  transfer: Transfer,
  options: { readonly from: number; readonly validator: string | null },
): Promise<HttpResponse> {
  const { request, ports } = transfer;
  const range = options.from === 0 ? {} : { range: `bytes=${options.from}-` };
  const condition = options.from === 0 || options.validator === null ? {} : { "if-range": options.validator };
  return await ports.http.request(transfer.url, {
    headers: { ...request.headers, ...range, ...condition },
    accept: options.from === 0 ? [] : [416],
    maxBytes: request.size ?? request.maxBytes ?? ports.http.limits.maxBytes,
    files: request.files ?? false,
    ...(ports.signal === undefined ? {} : { signal: ports.signal }),
  });
}

async function take(
  partial: Partial,
  answer: { readonly transfer: Transfer; readonly response: HttpResponse },
): Promise<HttpError | null> {
  const { request, ports } = answer.transfer;
  const length = Number(answer.response.headers.get("content-length") ?? Number.NaN);
  const total = request.size ?? (Number.isNaN(length) ? null : partial.size + length);
  const limit = request.size ?? request.maxBytes ?? ports.http.limits.maxBytes;
  try {
    await partial.append(answer.response.body, (received) => {
      if (received > limit) throw tooLarge(answer.response.url, limit);
      ports.progress?.({ name: request.name, received, total });
    });
    return null;
  } catch (cause) {
    if (cause instanceof HttpError && cause.code === "HTTP_TOO_LARGE") await partial.clear();
    if (cause instanceof HttpError && (cause.code === "HTTP_NETWORK" || cause.code === "HTTP_TIMEOUT")) return cause;
    throw cause;
  }
}

/** Whether a 206 goes on exactly at `from` (RFC 9110 §14.4). */
function continuesAt(response: HttpResponse, from: number): boolean {
  const start = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1];
  return start !== undefined && Number(start) === from;
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

/** The strong entity tag of what the partial file holds, as far as it is known. */
async function readValidator(transfer: Transfer): Promise<string | null> {
  const record = await transfer.ports.cache.record("partial", transfer.key);
  return typeof record === "string" ? record : null;
}

async function writeValidator(transfer: Transfer, response: HttpResponse): Promise<void> {
  const etag = response.headers.get("etag");
  const strong = etag?.startsWith('"') === true ? etag : null;
  await transfer.ports.cache.writeRecord("partial", transfer.key, strong);
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
