import { CodedError } from "../error.ts";

/** What can go wrong with a Debian archive. */
export type AptErrorCode =
  | "APT_MIRROR_INVALID"
  | "APT_REPOSITORY_INVALID"
  | "APT_KEYRING_MISSING"
  | "APT_UNSIGNED"
  | "APT_KEY_UNKNOWN"
  | "APT_SIGNATURE_INVALID"
  | "APT_WRONG_SUITE"
  | "APT_NOT_YET_VALID"
  | "APT_EXPIRED"
  | "APT_ROLLBACK"
  | "APT_INDEX_MISSING"
  | "APT_INDEX_INVALID"
  | "APT_OFFLINE"
  | "APT_PACKAGES_MISSING"
  | "APT_REQUEST_INVALID"
  | "APT_UNSATISFIABLE"
  | "APT_CONFLICT";

/** An archive cannot be trusted, is not complete, or has no answer to what was asked. */
export class AptError extends CodedError<AptErrorCode> {}
