import { CodedError } from "../error.ts";

/** What can go wrong with a registry. */
export type RemoteErrorCode =
  | "REMOTE_UNAUTHORIZED"
  | "REMOTE_DENIED"
  | "REMOTE_NOT_FOUND"
  | "REMOTE_INVALID"
  | "REMOTE_FAILED"
  | "REMOTE_MISMATCH"
  | "REMOTE_CREDENTIALS";

/** A registry refused, lacks what was asked for, or answered something that the distribution specification does not allow. */
export class RemoteError extends CodedError<RemoteErrorCode> {}
