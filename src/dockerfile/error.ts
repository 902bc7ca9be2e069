import { CodedError } from "../error.ts";

/** What can be wrong with a Dockerfile or with an edit of one. */
export type DockerfileErrorCode =
  | "DOCKERFILE_TOO_LARGE"
  | "DOCKERFILE_NOT_TEXT"
  | "DOCKERFILE_EMPTY"
  | "DOCKERFILE_LINE_TOO_LONG"
  | "DOCKERFILE_DIRECTIVE_INVALID"
  | "DOCKERFILE_INSTRUCTION_UNKNOWN"
  | "DOCKERFILE_INSTRUCTION_INVALID"
  | "DOCKERFILE_HEREDOC_UNTERMINATED"
  | "DOCKERFILE_FROM_INVALID"
  | "DOCKERFILE_SUBSTITUTION_INVALID"
  | "DOCKERFILE_EDIT_INVALID";

/** A Dockerfile that a builder would refuse, or an edit that does not fit it. */
export class DockerfileError extends CodedError<DockerfileErrorCode> {}
