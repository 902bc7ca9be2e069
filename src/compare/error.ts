import { CodedError } from "../error.ts";

/** What can go wrong when two images are compared. */
export type CompareErrorCode = "COMPARE_PLATFORM_MISMATCH";

/** Two images that cannot be compared. */
export class CompareError extends CodedError<CompareErrorCode> {}
