import { CodedError } from "../error.ts";

/** What can go wrong before a command begins. */
export type CliErrorCode = "CLI_USAGE" | "CLI_CONFIG_INVALID" | "CLI_SECRET_INVALID";

/** A command line that says too little or contradicts itself. */
export class CliError extends CodedError<CliErrorCode> {}
