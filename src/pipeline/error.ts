import { CodedError } from "../error.ts";

/** What can go wrong when build steps are prepared and run. */
export type PipelineErrorCode = "PIPELINE_ACTION_UNKNOWN" | "PIPELINE_ACTION_UNSUPPORTED" | "PIPELINE_ACTION_INPUT";

/** A step that cannot be run as it is written. */
export class PipelineError extends CodedError<PipelineErrorCode> {}
