import { createReadStream, type Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type HttpResponse, readers, tooLarge } from "./body.ts";
import { HttpError } from "./error.ts";
import { redactUrl } from "./redact.ts";

interface FileRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/**
 * Answers a request for a `file:` URL as a server would: 200, 206 for a `Range: bytes=N-`, or 404.
 * Throws HTTP_NETWORK for a file that cannot be read.
 */
export async function fileResponse(url: URL, request: FileRequest): Promise<HttpResponse> {
  const shown = redactUrl(url.href);
  const found = await statOf(url, shown);
  const size = found?.size ?? null;
  const maxBytes = request.maxBytes ?? Number.MAX_SAFE_INTEGER;
  if (size !== null && size > maxBytes) throw tooLarge(shown, maxBytes);
  const { range = "" } = request.headers ?? {};
  const start = Number(/^bytes=(\d{1,15})-$/.exec(range)?.[1] ?? 0);
  const ranged = size !== null && start > 0 && start < size;
  const content = size === null ? nothing() : contentOf(url, { start: ranged ? start : 0, shown, request });
  return {
    url: shown,
    location: url.href,
    status: size === null ? 404 : ranged ? 206 : 200,
    headers: new Headers({
      ...(found === null ? {} : { "last-modified": found.mtime.toUTCString() }),
      ...(ranged ? { "content-range": `bytes ${start}-${size - 1}/${size}` } : {}),
    }),
    body: content,
    ...readers(content, { url: shown, maxBytes }),
    async discard() {
      await content.return(undefined);
    },
  };
}

async function statOf(url: URL, shown: string): Promise<Stats | null> {
  try {
    const found = await stat(fileURLToPath(url));
    return found.isFile() ? found : null;
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw unreadable(shown, cause);
  }
}

async function* contentOf(
  url: URL,
  options: { readonly start: number; readonly shown: string; readonly request: FileRequest },
): AsyncGenerator<Uint8Array, void, undefined> {
  const { signal } = options.request;
  try {
    yield* createReadStream(fileURLToPath(url), { start: options.start, ...(signal === undefined ? {} : { signal }) });
  } catch (cause) {
    throw signal?.aborted === true ? signal.reason : unreadable(options.shown, cause);
  }
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}

function unreadable(shown: string, cause: unknown): HttpError {
  return new HttpError("HTTP_NETWORK", `cannot read ${shown}`, { hint: "check that the file can be read", cause });
}
