import { CodedError } from "../error.ts";

/** What can go wrong when reading or writing archives and compressed data. */
export type ArchiveErrorCode =
  | "ARCHIVE_TOO_LARGE"
  | "TAR_INVALID"
  | "TAR_TRUNCATED"
  | "TAR_SPARSE"
  | "TAR_PATH_UNSAFE"
  | "TAR_LINK_UNSAFE"
  | "AR_INVALID"
  | "GZIP_INVALID"
  | "XZ_INVALID"
  | "ZSTD_INVALID"
  | "BZIP2_INVALID"
  | "ZIP_INVALID";

/** Bytes that are not the archive they should be, or are larger than allowed. */
export class ArchiveError extends CodedError<ArchiveErrorCode> {}

/** The error for content that passes its size limit. */
export function tooLarge(what: string, limit: number): ArchiveError {
  return new ArchiveError("ARCHIVE_TOO_LARGE", `${what} is larger than ${limit} bytes`, {
    hint: "content this large is not expected here; if it comes from a trusted source, it may be damaged",
  });
}
