import { CodedError } from "../error.ts";

/** What can go wrong when reading what an image's files say of its packages. */
export type ScanErrorCode = "SCAN_STATUS_INVALID" | "SCAN_RECORD_INVALID" | "SCAN_FILE_INVALID";

/** A package database, record or other file inside an image that cannot be read. */
export class ScanError extends CodedError<ScanErrorCode> {}
