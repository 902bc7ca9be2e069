import { CodedError } from "../error.ts";

/** What can go wrong with run verifications besides a check that fails. */
export type CheckErrorCode = "CHECK_SPEC_INVALID";

/** A run verification that cannot be read. */
export class CheckError extends CodedError<CheckErrorCode> {}
