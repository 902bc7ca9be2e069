import { HttpError } from "./error.ts";
import { isPassingFailure, networkCode } from "./retry.ts";

/** Aborts a transfer that shows no sign of life for a while, or when the caller's own signal does. */
export interface Watch {
  readonly signal: AbortSignal;
  /** Something moved: starts the wait anew. */
  touch(): void;
  /** The transfer is over: nothing is waited for any more. */
  end(): void;
  /** `cause` as the error to throw: the caller's own reason, HTTP_TIMEOUT or HTTP_NETWORK. */
  explain(cause: unknown): unknown;
}

/** Starts to watch the transfer of `name` (shown in messages): it times out after `idle` milliseconds of silence. */
export function startWatch(name: string, options: { readonly idle: number; readonly signal?: AbortSignal }): Watch {
  const controller = new AbortController();
  const expire = () => {
    controller.abort(
      new HttpError("HTTP_TIMEOUT", `${name} did not answer for ${options.idle / 1000} s`, {
        hint: "the server or the network is slow or down; try again",
      }),
    );
  };
  let timer = setTimeout(expire, options.idle);
  const signals = options.signal === undefined ? [controller.signal] : [controller.signal, options.signal];
  return {
    signal: AbortSignal.any(signals),
    touch() {
      clearTimeout(timer);
      timer = setTimeout(expire, options.idle);
    },
    end() {
      clearTimeout(timer);
    },
    explain(cause) {
      if (options.signal?.aborted === true) return options.signal.reason;
      if (controller.signal.aborted) return controller.signal.reason;
      return cause instanceof HttpError ? cause : networkError(name, cause);
    },
  };
}

/** HTTP_NETWORK for `cause`, with a hint that fits. */
function networkError(name: string, cause: unknown): HttpError {
  const code = networkCode(cause);
  return new HttpError("HTTP_NETWORK", `cannot fetch ${name}: ${code ?? "the connection failed"}`, {
    hint: hintFor(code),
    cause,
  });
}

function hintFor(code: string | null): string {
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "the host name does not resolve: check it and the network";
  if (!isPassingFailure(code))
    return "the server's certificate is not trusted; set NODE_EXTRA_CA_CERTS for a private CA";
  return "check the network, and HTTPS_PROXY where one is needed; then try again";
}
