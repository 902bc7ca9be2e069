import { setTimeout as pause } from "node:timers/promises";
import { type HttpResponse, readResponse } from "./body.ts";
import { HttpError, isGone } from "./error.ts";
import { fileResponse } from "./file.ts";
import { redactUrl } from "./redact.ts";
import { checkRedirect, type RedirectRule } from "./redirect.ts";
import {
  type Backoff,
  backoffDelay,
  isPassingFailure,
  isPassingStatus,
  networkCode,
  retryAfterDelay,
} from "./retry.ts";
import { parseTarget, redirected, type Step } from "./target.ts";
import { type Pace, startWatch, type Watch } from "./watch.ts";

/** What goes over the wire; the global `fetch` fits. It must not follow redirects when told `manual`. */
export type HttpFetch = (url: string, init: HttpFetchInit) => Promise<Response>;

/** What `HttpFetch` is given. */
export interface HttpFetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly redirect: "manual";
  readonly signal: AbortSignal;
  readonly body?: Uint8Array<ArrayBuffer> | AsyncIterable<Uint8Array>;
  readonly duplex?: "half";
}

/** A body to send: bytes, or a function that gives the stream anew for every try. */
export type HttpBody = Uint8Array<ArrayBuffer> | string | (() => AsyncIterable<Uint8Array>);

/** One request. Everything but the URL has a default that fits a download. */
export interface HttpRequest {
  /** Default GET. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: HttpBody;
  /** Statuses outside 2xx to hand to the caller, or all of them; others throw HTTP_STATUS. */
  readonly accept?: readonly number[] | "any";
  readonly signal?: AbortSignal;
  /** Largest body in bytes; HTTP_TOO_LARGE beyond. */
  readonly maxBytes?: number;
  /** Whether to try again after a failure; default for methods that can be repeated (RFC 9110 §9.2.2). */
  readonly retry?: boolean;
  /** Redirects to follow; default 10. With 0 a redirect is a status like any other. */
  readonly redirects?: number;
  /** Where redirects may lead; anywhere by default. */
  readonly follows?: RedirectRule;
  /** How slow the answer's body may come; as slow as it likes by default, as long as it does not fall silent. */
  readonly pace?: Pace;
  /** Whether `file:` URLs are read from disk. Never set it for an address that a server sent. */
  readonly files?: boolean;
}

/** A client: retries, follows redirects, times out, limits sizes, and never shows a secret in a message. */
export interface Http {
  /**
   * Sends `request` to `url` and returns as soon as the headers are here. Throws HTTP_URL_INVALID, HTTP_NETWORK,
   * HTTP_TIMEOUT, HTTP_STATUS, HTTP_REDIRECT; the reason of `signal` when that aborts.
   */
  request(url: string, request?: HttpRequest): Promise<HttpResponse>;
  /** The limits in force. */
  readonly limits: HttpLimits;
  /** Waits; fails with the signal's reason when that aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** What the client needs from outside. */
export interface HttpPorts {
  readonly fetch: HttpFetch;
  /** `name/version`, sent as User-Agent. */
  readonly userAgent: string;
  /** Milliseconds since 1970, to read a Retry-After that is a date. */
  readonly now?: () => number;
  readonly sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  readonly limits?: Partial<HttpLimits>;
}

/** Times are in milliseconds, sizes in bytes. */
export interface HttpLimits {
  /** Tries in all. */
  readonly attempts: number;
  readonly backoff: Backoff;
  /** Longest wait a server may ask for with Retry-After; one that asks for more has failed. */
  readonly retryAfter: number;
  /** Longest silence while waiting for an answer or for the next piece of a body. */
  readonly idle: number;
  readonly maxBytes: number;
}

/** What is in force where nothing else is asked for. */
export const defaultLimits: HttpLimits = {
  attempts: 4,
  backoff: { base: 500, limit: 8_000 },
  retryAfter: 60_000,
  idle: 30_000,
  maxBytes: 2 * 1024 ** 3,
};

/** A client over `ports.fetch`. */
export function createHttp(ports: HttpPorts): Http {
  const limits = { ...defaultLimits, ...ports.limits };
  const client: Client = { ports, limits, sleep: ports.sleep ?? sleep };
  return {
    limits,
    sleep: client.sleep,
    async request(url, request = {}) {
      const repeatable = request.retry ?? /^(GET|HEAD|PUT|DELETE|OPTIONS)$/.test(request.method ?? "GET");
      for (let attempt = 1; ; attempt++) {
        const last = !repeatable || attempt >= limits.attempts;
        const outcome = await tryOnce(client, { url, request, attempt, last });
        if ("response" in outcome) return outcome.response;
        await client.sleep(outcome.wait, request.signal);
      }
    },
  };
}

interface Client {
  readonly ports: HttpPorts;
  readonly limits: HttpLimits;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

interface Try {
  readonly url: string;
  readonly request: HttpRequest;
  readonly attempt: number;
  /** Whether no other try may follow. */
  readonly last: boolean;
}

/** One try: a response, or how long to wait before the next. Throws when there is to be no next. */
async function tryOnce(client: Client, current: Try): Promise<{ response: HttpResponse } | { wait: number }> {
  const wait = backoffDelay(current.attempt, client.limits.backoff);
  let response: HttpResponse;
  try {
    response = await follow(client, current);
  } catch (cause) {
    const passing =
      cause instanceof HttpError &&
      (cause.code === "HTTP_TIMEOUT" || (cause.code === "HTTP_NETWORK" && isPassingFailure(networkCode(cause.cause))));
    if (current.last || !passing) throw cause;
    return { wait };
  }
  if (response.status >= 200 && response.status < 300) return { response };
  if (isPassingStatus(response.status) && !current.last) {
    const asked = retryAfterDelay(response.headers.get("retry-after"), client.ports.now?.() ?? null);
    if (asked === null || asked <= client.limits.retryAfter) {
      await response.discard();
      return { wait: asked ?? wait };
    }
  }
  const accept = current.request.accept ?? [];
  if (accept === "any" || accept.includes(response.status)) return { response };
  await response.discard();
  throw statusError(response);
}

/** Sends the request and follows its redirects. */
async function follow(client: Client, current: Try): Promise<HttpResponse> {
  const { request } = current;
  const target = parseTarget(current.url, request);
  if (target.url.protocol === "file:") return await fileResponse(target.url, request);
  let step: Step = {
    url: target.url,
    method: request.method ?? "GET",
    headers: requestHeaders(client, target.authorization, request),
    keepsBody: request.body !== undefined,
  };
  const limit = request.redirects ?? 10;
  for (let count = 0; ; count++) {
    const response = await send(client, step, request);
    if (limit === 0 || ![301, 302, 303, 307, 308].includes(response.status)) return response;
    await response.discard();
    if (count >= limit) {
      throw new HttpError("HTTP_REDIRECT", `${redactUrl(current.url)} redirects more than ${limit} times`, {
        hint: "the server is misconfigured; use another address",
      });
    }
    const next = redirected(step, { status: response.status, location: response.headers.get("location") });
    if (request.follows !== undefined) checkRedirect(request.follows, { from: step.url, to: next.url });
    step = next;
  }
}

async function send(client: Client, step: Step, request: HttpRequest): Promise<HttpResponse> {
  const watch = startWatch(redactUrl(step.url.href), {
    idle: client.limits.idle,
    ...(request.pace === undefined ? {} : { pace: request.pace }),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  const body = step.keepsBody && request.body !== undefined ? outgoing(request.body, watch) : {};
  try {
    request.signal?.throwIfAborted();
    const response = await client.ports.fetch(step.url.href, {
      method: step.method,
      headers: { ...step.headers },
      redirect: "manual",
      signal: watch.signal,
      ...body,
    });
    return readResponse(response, { url: step.url.href, watch, maxBytes: request.maxBytes ?? client.limits.maxBytes });
  } catch (cause) {
    watch.end();
    throw watch.explain(cause);
  }
}

function requestHeaders(client: Client, authorization: string | null, request: HttpRequest): Record<string, string> {
  return {
    "user-agent": client.ports.userAgent,
    // Bytes are hashed as they are stored: a server must not compress them on the way.
    "accept-encoding": "identity",
    ...(authorization === null ? {} : { authorization }),
    ...Object.fromEntries(Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])),
  };
}

function outgoing(body: HttpBody, watch: Watch): Pick<HttpFetchInit, "body" | "duplex"> {
  if (typeof body === "string") return { body: new TextEncoder().encode(body) };
  if (body instanceof Uint8Array) return { body };
  return { body: touching(body(), watch), duplex: "half" };
}

async function* touching(content: AsyncIterable<Uint8Array>, watch: Watch): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    watch.touch();
    yield chunk;
  }
  watch.touch();
}

function statusError(response: HttpResponse): HttpError {
  const { status } = response;
  const hint =
    status === 401 || status === 403
      ? "the server wants credentials, or refuses these"
      : isGone(status)
        ? "it is not there (any more): check the address"
        : status === 429 || status >= 500
          ? "the server is overloaded or broken; try again later"
          : undefined;
  return new HttpError("HTTP_STATUS", `${response.url} answered ${status}`, {
    status,
    ...(hint === undefined ? {} : { hint }),
  });
}

async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  try {
    await pause(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (cause) {
    throw signal?.aborted === true ? signal.reason : cause;
  }
}
