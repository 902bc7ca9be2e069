import { createHash } from "node:crypto";
import type { Stored } from "../../cache/cache.ts";
import { type DownloadRequest, download } from "../../http/download.ts";
import { HttpError } from "../../http/error.ts";
import { redactUrl } from "../../http/redact.ts";
import { fileName } from "../../image/input/placement.ts";
import { FlowError, nothingFetched } from "../error.ts";
import type { Ports } from "../ports.ts";
import { type Checksum, checksumFor } from "./checksum.ts";

/** What downloading files needs of the world. */
export type DownloadFilePorts = Pick<Ports, "cache" | "http" | "offline" | "report" | "signal">;

/** A file to download; `authorization` is sent along. */
export interface FileRequest {
  readonly url: string;
  readonly checksum: Exclude<Checksum, { readonly kind: "commit" }> | null;
  /** In bytes, where it is known. */
  readonly size?: number;
  readonly authorization?: string;
}

const largestFile = 8 * 1024 ** 3;
const largestChecksumFile = 1 << 20;

/**
 * Brings a file into the cache and checks it; one that is there already is not fetched again. Throws FLOW_FILE_MISMATCH,
 * FLOW_FILE_INVALID for a checksum file without its checksum, FLOW_INPUT_MISSING where nothing may be fetched, and what
 * `download` throws.
 */
export async function downloadFile(request: FileRequest, ports: DownloadFilePorts): Promise<Stored> {
  const { checksum } = request;
  if (checksum?.kind === "file") {
    if (ports.offline) throw nothingFetched(redactUrl(request.url));
    return await downloadFile(
      { ...request, checksum: await readChecksumFile(request.url, checksum.url, ports) },
      ports,
    );
  }
  if (checksum?.kind === "sha512") return await downloadSha512({ ...request, hex: checksum.hex }, ports);
  return await fetchFile({ ...request, sha256: checksum?.hex }, ports);
}

async function readChecksumFile(url: string, at: string, ports: DownloadFilePorts) {
  const { http, signal } = ports;
  const response = await http.request(at, { signal, maxBytes: largestChecksumFile });
  return checksumFor(url, { url: redactUrl(at), text: await response.text() });
}

/** The cache knows files by SHA-256: which one a SHA-512 stands for is remembered, and found out when it is not. */
async function downloadSha512(
  request: FileRequest & { readonly hex: string },
  ports: DownloadFilePorts,
): Promise<Stored> {
  const { cache } = ports;
  const { hex, url } = request;
  const known = await cache.record("sha512", hex);
  const sha256 = typeof known === "string" ? known : undefined;
  if (sha256 !== undefined && (await cache.path(sha256)) !== null)
    return await fetchFile({ ...request, sha256 }, ports);
  const stored = await fetchFile({ ...request, sha256: undefined }, ports);
  const hash = createHash("sha512");
  for await (const chunk of cache.lend(stored.sha256, ports.signal)) hash.update(chunk);
  const found = hash.digest("hex");
  if (found !== hex) {
    await cache.drop(stored.sha256);
    throw mismatch(`${redactUrl(url)} has SHA-512 ${found}, not ${hex}`);
  }
  await cache.writeRecord("sha512", hex, stored.sha256);
  return stored;
}

async function fetchFile(
  request: FileRequest & { readonly sha256: string | undefined },
  ports: DownloadFilePorts,
): Promise<Stored> {
  const { url, sha256, size, authorization } = request;
  if (ports.offline && (sha256 === undefined || (await ports.cache.path(sha256)) === null))
    throw nothingFetched(redactUrl(url));
  const wanted: DownloadRequest = {
    urls: [url],
    name: fileName(url) || redactUrl(url),
    maxBytes: largestFile,
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(size === undefined ? {} : { size }),
    ...(authorization === undefined ? {} : { headers: { authorization } }),
  };
  const { http, cache, signal, report } = ports;
  const progress = ({ received, total }: { readonly received: number; readonly total: number | null }) =>
    report.advance(received, total ?? received);
  try {
    return await download(wanted, { http, cache, signal, progress });
  } catch (cause) {
    if (cause instanceof HttpError && cause.code === "HTTP_MISMATCH") throw mismatch(cause.message, cause);
    throw cause;
  }
}

function mismatch(message: string, cause?: unknown): FlowError {
  return new FlowError("FLOW_FILE_MISMATCH", message, {
    hint: "look at what has changed at its origin; nothing of it was kept",
    ...(cause === undefined ? {} : { cause }),
  });
}
