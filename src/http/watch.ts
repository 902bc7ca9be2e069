import { HttpError } from "./error.ts";
import { isPassingFailure, networkCode } from "./retry.ts";

/** Aborts a transfer that shows no sign of life for a while, or when the caller's own signal does. */
export interface Watch {
  readonly signal: AbortSignal;
  /** Something moved, so many bytes of a body: starts the wait anew. */
  touch(bytes?: number): void;
  /** The transfer is over: nothing is waited for any more. */
  end(): void;
  /** `cause` as the error to throw: the caller's own reason, HTTP_TIMEOUT or HTTP_NETWORK. */
  explain(cause: unknown): unknown;
}

/** The least a transfer has to bring: `bytes` in every `within` milliseconds. */
export interface Pace {
  readonly bytes: number;
  readonly within: number;
}

interface WatchOptions {
  /** In milliseconds. */
  readonly idle: number;
  readonly pace?: Pace;
  readonly signal?: AbortSignal;
}

/**
 * Starts to watch the transfer of `name` (shown in messages): it times out after `idle` milliseconds of silence, and when
 * it falls behind `pace`.
 */
export function startWatch(name: string, options: WatchOptions): Watch {
  const controller = new AbortController();
  const expire = () => {
    controller.abort(
      new HttpError("HTTP_TIMEOUT", `${name} did not answer for ${options.idle / 1000} s`, {
        hint: "the server or the network is slow or down; try again",
      }),
    );
  };
  let timer = setTimeout(expire, options.idle);
  const { pace } = options;
  let received = 0;
  const keepPace = ({ bytes, within }: Pace) => {
    if (received >= bytes) received = 0;
    else controller.abort(tooSlow(name, { received, within }));
  };
  const pacer = pace === undefined ? undefined : setInterval(keepPace, pace.within, pace);
  const signals = options.signal === undefined ? [controller.signal] : [controller.signal, options.signal];
  return {
    signal: AbortSignal.any(signals),
    touch(bytes = 0) {
      received += bytes;
      clearTimeout(timer);
      timer = setTimeout(expire, options.idle);
    },
    end() {
      clearTimeout(timer);
      clearInterval(pacer);
    },
    explain(cause) {
      if (options.signal?.aborted === true) return options.signal.reason;
      if (controller.signal.aborted) return controller.signal.reason;
      return cause instanceof HttpError ? cause : networkError(name, cause);
    },
  };
}

function tooSlow(name: string, { received, within }: { readonly received: number; readonly within: number }) {
  return new HttpError("HTTP_TIMEOUT", `${name} sent only ${received} bytes in ${within / 1000} s`, {
    hint: "the server or the network is too slow; try again, it goes on from there where the server can",
  });
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
