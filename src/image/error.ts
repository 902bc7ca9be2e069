import { CodedError } from "../error.ts";

/** What can go wrong when an image is put together. */
export type ImageErrorCode =
  | "IMAGE_FILE_CONFLICT"
  | "IMAGE_PATH_INVALID"
  | "IMAGE_ACCOUNT_INVALID"
  | "IMAGE_PORT_INVALID"
  | "IMAGE_COMPONENT_INVALID"
  | "IMAGE_FIPS_INVALID"
  | "IMAGE_CLAIM_BROKEN"
  | "IMAGE_UNSUPPORTED"
  | "IMAGE_INPUT_MISSING"
  | "IMAGE_INPUT_INVALID";

/** A definition, a lock or an input from which no image can be made. */
export class ImageError extends CodedError<ImageErrorCode> {}

/** IMAGE_INPUT_MISSING for an input whose bytes are not in the cache. */
export function inputMissing(what: string): ImageError {
  return new ImageError("IMAGE_INPUT_MISSING", `${what} is not in the cache`, {
    hint: "run the command again with network access, so that it is fetched",
  });
}
