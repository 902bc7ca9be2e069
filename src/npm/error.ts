import { CodedError } from "../error.ts";

/** What can go wrong with packages of the npm registry. */
export type NpmErrorCode =
  | "NPM_CONFIG_INVALID"
  | "NPM_UNREACHABLE"
  | "NPM_NOT_FOUND"
  | "NPM_ANSWER_INVALID"
  | "NPM_NO_VERSION"
  | "NPM_INTEGRITY"
  | "NPM_SIGNATURE_INVALID"
  | "NPM_TARBALL_INVALID"
  | "NPM_OFFICIAL_MISMATCH";

/** A package that cannot be had, or is not what it should be. */
export class NpmError extends CodedError<NpmErrorCode> {}
