import { CodedError } from "../error.ts";

/** What can go wrong when fetching over HTTP. */
export type HttpErrorCode =
  | "HTTP_URL_INVALID"
  | "HTTP_NETWORK"
  | "HTTP_TIMEOUT"
  | "HTTP_STATUS"
  | "HTTP_REDIRECT"
  | "HTTP_TOO_LARGE"
  | "HTTP_MISMATCH";

/** Whether a server says with `status` that what was asked for is not there, or not any more. */
export function isGone(status: number | null): boolean {
  return status === 404 || status === 410;
}

/** A URL could not be fetched. The message names the URL without its secrets; `status` is set for HTTP_STATUS. */
export class HttpError extends CodedError<HttpErrorCode> {
  readonly status: number | null;

  constructor(
    code: HttpErrorCode,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown; readonly status?: number } = {},
  ) {
    super(code, message, options);
    this.status = options.status ?? null;
  }
}
