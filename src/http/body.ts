import { HttpError } from "./error.ts";
import { redactUrl } from "./redact.ts";
import type { Watch } from "./watch.ts";

/** An answer whose body has not been read yet: read it, or `discard` it so that its connection is freed. */
export interface HttpResponse {
  /** Where the answer came from, after redirects, fit to be shown. */
  readonly url: string;
  /** The same with everything in it, to build further addresses from. Not to be shown. */
  readonly location: string;
  readonly status: number;
  readonly headers: Headers;
  /** The body, once. Fails with HTTP_TIMEOUT, HTTP_NETWORK, HTTP_TOO_LARGE, or the reason of the request's signal. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The whole body; HTTP_TOO_LARGE beyond `maxBytes` or the request's own limit. */
  bytes(maxBytes?: number): Promise<Uint8Array>;
  /** The whole body as UTF-8. */
  text(maxBytes?: number): Promise<string>;
  discard(): Promise<void>;
}

interface BodyOptions {
  readonly url: string;
  readonly watch: Watch;
  readonly maxBytes: number;
}

/** Wraps the answer of a `fetch`: the body is limited in size and watched for silence. */
export function readResponse(response: Response, options: BodyOptions): HttpResponse {
  const { watch } = options;
  const url = redactUrl(options.url);
  if (response.body === null) watch.end();
  const content = streamOf(response, options);
  return {
    url,
    location: options.url,
    status: response.status,
    headers: response.headers,
    body: content,
    ...readers(content, { url, maxBytes: options.maxBytes }),
    async discard() {
      watch.end();
      await response.body?.cancel().catch(() => undefined);
    },
  };
}

/** The whole-body readers over `content`, named `url` in messages. */
export function readers(
  content: AsyncIterable<Uint8Array>,
  options: { readonly url: string; readonly maxBytes: number },
): Pick<HttpResponse, "bytes" | "text"> {
  const bytes = async (maxBytes = options.maxBytes) => {
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of content) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(options.url, maxBytes);
      parts.push(chunk);
    }
    return Buffer.concat(parts);
  };
  return { bytes, text: async (maxBytes) => new TextDecoder().decode(await bytes(maxBytes)) };
}

/** HTTP_TOO_LARGE for `url`. */
export function tooLarge(url: string, maxBytes: number): HttpError {
  return new HttpError("HTTP_TOO_LARGE", `${url} is larger than ${maxBytes} bytes`, {
    hint: "it is not what was expected there: check the address",
  });
}

async function* streamOf(response: Response, options: BodyOptions): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  const { watch, maxBytes } = options;
  let size = 0;
  try {
    for await (const chunk of response.body) {
      watch.touch(chunk.length);
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(redactUrl(options.url), maxBytes);
      yield chunk;
    }
  } catch (cause) {
    throw watch.explain(cause);
  } finally {
    watch.end();
  }
}
