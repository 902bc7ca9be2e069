import { CodedError } from "../error.ts";

/** What can go wrong when reading OCI names and documents. */
export type OciErrorCode =
  | "OCI_DIGEST_INVALID"
  | "OCI_REFERENCE_INVALID"
  | "OCI_PLATFORM_INVALID"
  | "OCI_DOCUMENT_INVALID";

/** A name or document that is not what the OCI specifications allow. */
export class OciError extends CodedError<OciErrorCode> {}
