/**
 * A failure a user can act on: `code` identifies it for good, `message` says what and where, `hint` what to do next.
 * Each folder declares its closed union of codes; docs/errors.md lists them all. Bugs stay plain `Error`.
 */
export class CodedError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly hint: string | undefined;

  constructor(code: Code, message: string, options: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "CodedError";
    this.code = code;
    this.hint = options.hint;
  }
}
