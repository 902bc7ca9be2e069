import { CodedError } from "../error.ts";

/** What can go wrong when writing a bill of materials. */
export type SbomErrorCode = "SBOM_PURL_INVALID" | "SBOM_TIME_INVALID";

/** A name or time that the formats of a bill of materials do not allow. */
export class SbomError extends CodedError<SbomErrorCode> {}
