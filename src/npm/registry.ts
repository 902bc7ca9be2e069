import type { Readable } from "node:stream";
import type { NpmConfig } from "./config.ts";
import { NpmError } from "./error.ts";

/** How to ask the registry. */
export interface RegistryPorts {
  readonly config: NpmConfig;
  readonly signal?: AbortSignal;
}

/** The document of package `name`, `full` or shortened, as the registry answers. Throws NPM_NOT_FOUND and NPM_UNREACHABLE. */
export async function fetchPackument(name: string, full: boolean, ports: RegistryPorts): Promise<unknown> {
  const { packument } = await client();
  ports.signal?.throwIfAborted();
  try {
    return await packument(name, { ...optionsOf(ports), fullMetadata: full });
  } catch (cause) {
    throw explain(name, cause, ports);
  }
}

/**
 * The bytes at `url`, asked for with the registry's credentials; `null` when it answers with an error status.
 * Throws NPM_UNREACHABLE.
 */
export async function fetchAddress(url: string, ports: RegistryPorts): Promise<Uint8Array | null> {
  const { tarball } = await client();
  try {
    return await tarball(url, { ...optionsOf(ports), preferOnline: true });
  } catch (cause) {
    if (statusOf(cause) !== null) return null;
    throw explain(url, cause, ports);
  }
}

/** A tarball to fetch. `integrity` is what npm's cache may know it by. */
export interface TarballRequest {
  readonly name: string;
  readonly url: string;
  readonly integrity: string;
}

/**
 * Streams a tarball to `receive`, which may be called again when the transfer fails. Takes it out of npm's own cache
 * when it lies there, and leaves that cache as it is. Throws NPM_INTEGRITY, NPM_NOT_FOUND, NPM_UNREACHABLE.
 */
export async function streamTarball<Result>(
  request: TarballRequest,
  receive: (content: AsyncIterable<Uint8Array>) => Promise<Result>,
  ports: RegistryPorts,
): Promise<Result> {
  const { tarball } = await client();
  const options = { ...optionsOf(ports), resolved: request.url, integrity: request.integrity };
  const failures: unknown[] = [];
  try {
    return await tarball.stream(
      request.url,
      async (stream) => {
        try {
          return await receive(received(stream));
        } catch (cause) {
          failures.push(cause);
          throw cause;
        }
      },
      options,
    );
  } catch (cause) {
    throw explain(request.name, failures.at(-1) ?? cause, ports);
  }
}

/**
 * A stream that may fail before anyone reads it: a package that npm's cache has not is such a case. The failure is kept
 * until the reading begins.
 */
function received(stream: Readable): AsyncIterable<Uint8Array> {
  const early: unknown[] = [];
  stream.on("error", (cause: unknown) => early.push(cause));
  return {
    async *[Symbol.asyncIterator]() {
      if (early.length > 0) throw early[0];
      yield* stream;
    },
  };
}

async function client() {
  return (await import("pacote")).default;
}

function optionsOf({ config, signal }: RegistryPorts) {
  return {
    ...config.options,
    fetchRetries: 2,
    fetchRetryFactor: 3,
    fetchRetryMintimeout: 300,
    fetchRetryMaxtimeout: 4000,
    timeout: 30_000,
    ...(signal === undefined ? {} : { signal }),
  };
}

function statusOf(cause: unknown): number | null {
  if (!(cause instanceof Error) || !("statusCode" in cause)) return null;
  return typeof cause.statusCode === "number" ? cause.statusCode : null;
}

function explain(what: string, cause: unknown, { signal }: RegistryPorts): unknown {
  if (signal?.aborted === true) return signal.reason;
  if (!(cause instanceof Error)) return cause;
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  if (code === "EINTEGRITY") {
    return new NpmError("NPM_INTEGRITY", `${what}: the tarball is not the one the registry announced`, {
      hint: "try again; if it stays, the registry or a proxy before it hands out altered content",
      cause,
    });
  }
  const status = statusOf(cause);
  if (status === 404) {
    return new NpmError("NPM_NOT_FOUND", `the npm registry has no ${what}`, {
      hint: "check the name, and the registry with `npm config get registry`",
      cause,
    });
  }
  if (status === null && !networkCodes.has(code) && !code.startsWith("ERR_SOCKET")) return cause;
  const told = status === null ? code : `status ${status}`;
  return new NpmError("NPM_UNREACHABLE", `the npm registry did not give ${what} (${told})`, {
    hint: "check the network, and registry, proxy and credentials in npm's configuration",
    cause,
  });
}

const networkCodes = new Set([
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
  "ETIMEDOUT",
  "ERR_SSL_WRONG_VERSION_NUMBER",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "FETCH_ERROR",
]);
