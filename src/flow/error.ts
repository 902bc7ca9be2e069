import { CodedError } from "../error.ts";

/** What can go wrong on a journey through several engines. */
export type FlowErrorCode =
  | "FLOW_UNSUPPORTED_REFERENCE"
  | "FLOW_IMAGE_UNNAMED"
  | "FLOW_BASE_DIFFERS"
  | "FLOW_PLATFORM_UNSUPPORTED"
  | "FLOW_DIGEST_DIFFERS"
  | "FLOW_NO_HARDENED_IMAGE"
  | "FLOW_NO_DOCKERFILE"
  | "FLOW_INPUT_MISSING"
  | "FLOW_BUILD_UNSUPPORTED"
  | "FLOW_ARTIFACT_CYCLE"
  | "FLOW_FIPS_NOT_VALIDATED"
  | "FLOW_FILE_INVALID"
  | "FLOW_FILE_MISMATCH"
  | "FLOW_SECRET_MISSING"
  | "FLOW_LOCK_STALE"
  | "FLOW_WEBHOOK_REFUSED"
  | "FLOW_KEY_EXISTS"
  | "FLOW_SPEC_MISSING";

/** A journey that cannot be made with what it was given. */
export class FlowError extends CodedError<FlowErrorCode> {}

/** FLOW_INPUT_MISSING for an input that is not in the cache while nothing may be fetched; `what` is shown as it is. */
export function nothingFetched(what: string): FlowError {
  return new FlowError("FLOW_INPUT_MISSING", `${what} is not in the cache, and nothing may be fetched`, {
    hint: "run the command once with network access",
  });
}
