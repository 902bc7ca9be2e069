import { CodedError } from "../error.ts";

/** What can go wrong when reading OCI names, documents and content. */
export type OciErrorCode =
  | "OCI_DIGEST_INVALID"
  | "OCI_REFERENCE_INVALID"
  | "OCI_PLATFORM_INVALID"
  | "OCI_PLATFORM_ABSENT"
  | "OCI_DOCUMENT_INVALID"
  | "OCI_CONTENT_MISMATCH";

/** A name, document or content that is not what the OCI specifications allow or its descriptor announced. */
export class OciError extends CodedError<OciErrorCode> {}
