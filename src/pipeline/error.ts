import { CodedError } from "../error.ts";

/** What can go wrong while a build's steps run and its outputs are collected. */
export type PipelineErrorCode =
  | "PIPELINE_ACTION_INPUT"
  | "PIPELINE_ACTION_UNKNOWN"
  | "PIPELINE_ACTION_UNSUPPORTED"
  | "PIPELINE_LIMIT"
  | "PIPELINE_NETWORK_REFUSED"
  | "PIPELINE_OUTPUT_CONFLICT"
  | "PIPELINE_OUTPUT_EMPTY"
  | "PIPELINE_OUTPUT_REFUSED"
  | "PIPELINE_OUTPUT_TOO_LARGE"
  | "PIPELINE_PATH_INVALID"
  | "PIPELINE_PLATFORM_UNAVAILABLE"
  | "PIPELINE_SANDBOX_UNAVAILABLE"
  | "PIPELINE_SECRET_MISSING"
  | "PIPELINE_STAGE_TOO_LARGE"
  | "PIPELINE_STEP_FAILED"
  | "PIPELINE_STEP_INVALID";

/** A build of a definition could not be run, or did something it may not. */
export class PipelineError extends CodedError<PipelineErrorCode> {}
