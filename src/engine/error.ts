import { CodedError } from "../error.ts";

/** What can go wrong with the local container engine. */
export type EngineErrorCode = "ENGINE_ABSENT" | "ENGINE_FAILED" | "ENGINE_IMAGE_ABSENT";

/** There is no working Docker or Podman, or it could not do what was asked. */
export class EngineError extends CodedError<EngineErrorCode> {}
