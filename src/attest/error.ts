import { CodedError } from "../error.ts";

/** What can go wrong with keys and with what is signed by them. That a signature does not verify is a verdict, no error. */
export type AttestErrorCode = "ATTEST_KEY_INVALID" | "ATTEST_KEY_PASSWORD" | "ATTEST_DOCUMENT_INVALID";

/** A key, an envelope, a bundle or a statement that cannot be used. */
export class AttestError extends CodedError<AttestErrorCode> {}
