import { promisify } from "node:util";
import { constants, createZstdDecompress, zstdCompress } from "node:zlib";
import { type Bytes, collect, fromBytes, type ReadLimit } from "./bytes.ts";
import { ArchiveError } from "./error.ts";
import { through } from "./transform.ts";

/** Large chunks cost fewer turns; reading ahead lets the thread pool work while the reader does. */
const chunks = { chunkSize: 1 << 17, readableHighWaterMark: 1 << 18 };

/**
 * Decompresses Zstandard (RFC 8878), any number of frames one after the other. Throws ZSTD_INVALID for damage,
 * truncation and bytes after the end, ARCHIVE_TOO_LARGE when more than `limit` bytes come out or a frame needs more than
 * `window` bytes to be held.
 */
export function unzstd(source: Bytes, options: ReadLimit): Bytes {
  const { what, window = usualWindow } = options;
  const params = { [constants.ZSTD_d_windowLogMax]: Math.floor(Math.log2(window)) };
  return through(source, {
    ...options,
    create: () => createZstdDecompress({ ...chunks, params }),
    parts: true,
    invalid: (problem, cause) =>
      isWindow(cause) ? windowTooLarge(what, window, cause) : invalid(what, problem, cause),
  });
}

/** What `zstd` itself reads unless it is told otherwise. */
const usualWindow = 2 ** 27;

/** `unzstd` over bytes in memory. */
export async function unzstdBytes(bytes: Uint8Array, options: ReadLimit): Promise<Uint8Array> {
  return await collect(unzstd(fromBytes(bytes), options), options);
}

const compress = promisify<Uint8Array, { params: Record<number, number> }, Buffer>(zstdCompress);

/** `bytes` as one Zstandard frame at level 3 with a checksum, compressed on the thread pool. */
export async function zstdBytes(bytes: Uint8Array): Promise<Uint8Array> {
  const { ZSTD_c_compressionLevel: level, ZSTD_c_checksumFlag: checksum } = constants;
  return await compress(bytes, { params: { [level]: 3, [checksum]: 1 } });
}

function isWindow(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ZSTD_error_frameParameter_windowTooLarge";
}

function windowTooLarge(what: string, window: number, cause: unknown): ArchiveError {
  const message = `${what} is Zstandard data whose reader must hold more than ${window / 2 ** 20} MiB`;
  return new ArchiveError("ARCHIVE_TOO_LARGE", message, {
    hint: "compress it again without --long and at a level of at most 20",
    cause,
  });
}

function invalid(what: string, problem: string, cause: unknown): ArchiveError {
  return new ArchiveError("ZSTD_INVALID", `${what} is not valid Zstandard data: ${problem}`, {
    hint: "the file is damaged or was cut short; fetch it again",
    cause,
  });
}
