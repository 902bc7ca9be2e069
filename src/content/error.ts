import { CodedError } from "../error.ts";

/** What can go wrong where images are kept on disk. */
export type ContentErrorCode =
  | "CONTENT_NOT_FOUND"
  | "CONTENT_AMBIGUOUS"
  | "CONTENT_INVALID"
  | "CONTENT_EXISTS"
  | "CONTENT_TOO_LARGE"
  | "CONTENT_UNREADABLE"
  | "CONTENT_UNWRITABLE";

/** A layout, archive or store that lacks what is asked for, is not what it should be, or cannot be read or written. */
export class ContentError extends CodedError<ContentErrorCode> {}
