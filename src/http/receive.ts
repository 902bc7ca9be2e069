import type { Cache } from "../cache/cache.ts";
import { type HttpResponse, tooLarge } from "./body.ts";
import { HttpError } from "./error.ts";
import type { Http } from "./fetch.ts";
import type { Partial } from "./partial.ts";
import type { RedirectRule } from "./redirect.ts";
import type { Pace } from "./watch.ts";

/** What a download works with. */
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

/** What is to be received into a partial file. */
export interface Wanted {
  readonly url: string;
  /** What it is, for progress. */
  readonly name: string;
  /** What the partial file is kept under. */
  readonly key: string;
  /** Whether the content is known by its hash: then parts of any server fit together. */
  readonly pinned: boolean;
  /** In bytes, where it is known. */
  readonly size?: number;
  readonly maxBytes: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers of a conditional request (RFC 9110 §13); the answer may then be that nothing has changed. */
  readonly conditions?: Readonly<Record<string, string>>;
  readonly files?: boolean;
  readonly follows?: RedirectRule;
  readonly pace?: Pace;
}

/** How it went. `broken`: the transfer broke off, and what came is kept. `headers` are the last answer's. */
export type Received =
  | { readonly outcome: "whole"; readonly headers: Headers }
  | { readonly outcome: "unchanged" }
  | { readonly outcome: "broken"; readonly cause: HttpError };

/** Receives what `partial` lacks, in one request. Throws what `Http.request` throws, and CACHE_UNWRITABLE. */
export async function receive(partial: Partial, wanted: Wanted, ports: DownloadPorts): Promise<Received> {
  const validator = wanted.pinned ? null : await readValidator(wanted, ports);
  const tooMuch = wanted.size !== undefined && partial.size > wanted.size;
  if (tooMuch || (!wanted.pinned && validator === null)) await partial.clear();
  if (wanted.size !== undefined && partial.size === wanted.size) return { outcome: "whole", headers: new Headers() };
  const response = await ask(wanted, { from: partial.size, validator, ports });
  if (response.status === 304) {
    await response.discard();
    return { outcome: "unchanged" };
  }
  const continues = response.status === 206 && continuesAt(response, partial.size);
  if (response.status === 416 || (response.status === 206 && !continues)) {
    await response.discard();
    await partial.clear();
    return await receive(partial, wanted, ports);
  }
  if (!continues) await partial.clear();
  if (!wanted.pinned && !continues) await writeValidator(wanted, response, ports);
  return await take(partial, { wanted, response, ports });
}

async function ask(
  wanted: Wanted,
  options: { readonly from: number; readonly validator: string | null; readonly ports: DownloadPorts },
): Promise<HttpResponse> {
  const { from, validator, ports } = options;
  const range = from === 0 ? {} : { range: `bytes=${from}-` };
  const condition = from === 0 || validator === null ? {} : { "if-range": validator };
  return await ports.http.request(wanted.url, {
    headers: { ...wanted.headers, ...wanted.conditions, ...range, ...condition },
    accept: [...(from === 0 ? [] : [416]), ...(Object.keys(wanted.conditions ?? {}).length === 0 ? [] : [304])],
    maxBytes: wanted.size ?? wanted.maxBytes,
    files: wanted.files ?? false,
    ...(wanted.follows === undefined ? {} : { follows: wanted.follows }),
    ...(wanted.pace === undefined ? {} : { pace: wanted.pace }),
    ...(ports.signal === undefined ? {} : { signal: ports.signal }),
  });
}

async function take(
  partial: Partial,
  answer: { readonly wanted: Wanted; readonly response: HttpResponse; readonly ports: DownloadPorts },
): Promise<Received> {
  const { wanted, response, ports } = answer;
  const announced = announcedSize(response, partial.size);
  const total = wanted.size ?? announced;
  const limit = wanted.size ?? wanted.maxBytes;
  try {
    await partial.append(response.body, (received) => {
      if (received > limit) throw tooLarge(response.url, limit);
      ports.progress?.({ name: wanted.name, received, total });
    });
  } catch (cause) {
    if (!(cause instanceof HttpError)) throw cause;
    if (cause.code === "HTTP_TOO_LARGE") await partial.clear();
    if (cause.code === "HTTP_NETWORK" || cause.code === "HTTP_TIMEOUT") return { outcome: "broken", cause };
    throw cause;
  }
  if (announced === null || partial.size >= announced) return { outcome: "whole", headers: response.headers };
  return { outcome: "broken", cause: cutShort(response, { received: partial.size, announced }) };
}

/** Whether the server sends other bytes than the content's own; its sizes and hashes are then of those. */
export function isEncoded(headers: Headers): boolean {
  return !/^(identity)?$/i.test((headers.get("content-encoding") ?? "").trim());
}

/** How many bytes there will be in the end, by what the server says; null when it does not. */
function announcedSize({ headers }: HttpResponse, before: number): number | null {
  if (isEncoded(headers)) return null;
  const stored = headers.get("x-goog-stored-content-length");
  if (stored !== null && /^\d{1,15}$/.test(stored)) return Number(stored);
  const length = headers.get("content-length");
  return length !== null && /^\d{1,15}$/.test(length) ? before + Number(length) : null;
}

function cutShort(
  response: HttpResponse,
  { received, announced }: { readonly received: number; readonly announced: number },
): HttpError {
  return new HttpError("HTTP_NETWORK", `${response.url} ended after ${received} of ${announced} bytes`, {
    hint: "the server, or a proxy before it, cuts content short; try again",
  });
}

/** Whether a 206 goes on exactly at `from` (RFC 9110 §14.4). */
function continuesAt(response: HttpResponse, from: number): boolean {
  const start = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1];
  return start !== undefined && Number(start) === from;
}

/** The strong entity tag of what the partial file holds, as far as it is known. */
async function readValidator(wanted: Wanted, ports: DownloadPorts): Promise<string | null> {
  const record = await ports.cache.record("partial", wanted.key);
  return typeof record === "string" ? record : null;
}

/** Notes what a later request can go on from: nothing where the tag is weak, or the bytes are not the content's own. */
async function writeValidator(wanted: Wanted, response: HttpResponse, ports: DownloadPorts): Promise<void> {
  const etag = response.headers.get("etag");
  const strong = etag?.startsWith('"') === true && !isEncoded(response.headers) ? etag : null;
  await ports.cache.writeRecord("partial", wanted.key, strong);
}
