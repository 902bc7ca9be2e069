import { CodedError } from "../error.ts";

/** What can go wrong when reading or writing a bill of materials. */
export type SbomErrorCode =
  | "SBOM_DOCUMENT_INVALID"
  | "SBOM_DOCUMENT_TOO_LARGE"
  | "SBOM_PURL_INVALID"
  | "SBOM_TIME_INVALID";

/** A document that cannot be read, or a name or time that the formats of a bill of materials do not allow. */
export class SbomError extends CodedError<SbomErrorCode> {}
