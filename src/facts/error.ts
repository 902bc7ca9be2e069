import { CodedError } from "../error.ts";

/** What can go wrong when reading an image's files. */
export type FactsErrorCode = "FACTS_LAYER_INVALID" | "FACTS_DIFF_ID_MISMATCH" | "FACTS_TOO_LARGE";

/** A layer that cannot be read, is not what the image's configuration announces, or is larger than the reader allows. */
export class FactsError extends CodedError<FactsErrorCode> {}
