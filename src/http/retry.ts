/** Statuses that may be different the next time. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Whether a request answered with `status` is worth trying again. */
export function isPassingStatus(status: number): boolean {
  return passing.has(status);
}

/** How long to wait between tries: `base` doubled each time, at most `limit`, all in milliseconds. */
export interface Backoff {
  readonly base: number;
  readonly limit: number;
}

/** Milliseconds to wait after try number `attempt` (from 1). */
export function backoffDelay(attempt: number, backoff: Backoff): number {
  return Math.min(backoff.limit, backoff.base * 2 ** (attempt - 1));
}

/**
 * Milliseconds a Retry-After header asks for (RFC 9110 §10.2.3): seconds, or a date where `now` (milliseconds since
 * 1970) is known. null when absent or unreadable.
 */
export function retryAfterDelay(header: string | null, now: number | null): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header.trim()) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) || now === null ? null : Math.max(0, date - now);
}

/** Codes of failures that another try would only repeat: names that do not exist, certificates that do not verify. */
const final =
  /^(ENOTFOUND|ERR_INVALID_URL|ERR_TLS_.*|CERT_.*|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*)$/;

/** The system's code of a network failure, such as `ECONNRESET`; null when there is none. Looks through causes. */
export function networkCode(cause: unknown): string | null {
  for (let error = cause, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth++) {
    if ("code" in error && typeof error.code === "string") return error.code;
  }
  return null;
}

/** Whether a network failure with this code may pass. */
export function isPassingFailure(code: string | null): boolean {
  return code === null || !final.test(code);
}
