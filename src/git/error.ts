import { CodedError } from "../error.ts";

/** What can go wrong with a repository of git. */
export type GitErrorCode =
  | "GIT_ABSENT"
  | "GIT_URL_INVALID"
  | "GIT_FAILED"
  | "GIT_REF_ABSENT"
  | "GIT_COMMIT_MISMATCH"
  | "GIT_TREE_UNSUPPORTED"
  | "GIT_TOO_LARGE"
  | "GIT_OFFLINE";

/** A repository that cannot be fetched, is not what was announced, or has a tree that cannot be taken. */
export class GitError extends CodedError<GitErrorCode> {}
