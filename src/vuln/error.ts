import { CodedError } from "../error.ts";

/** What can go wrong with advisories. */
export type VulnErrorCode =
  | "VULN_INDEX_INVALID"
  | "VULN_INDEX_UNWRITABLE"
  | "VULN_FEED_UNREADABLE"
  | "VULN_FEED_UNKNOWN"
  | "VULN_FORMAT_UNKNOWN"
  | "VULN_FORMAT_INVALID"
  | "VULN_FEED_TOO_LARGE"
  | "VULN_NOTHING_TO_IMPORT"
  | "VULN_LIVE_FAILED"
  | "VULN_TOO_OLD"
  | "VULN_BUNDLE_INVALID"
  | "VULN_BUNDLE_NOT_VERIFIED"
  | "VULN_BUNDLE_OTHER_VERSION"
  | "VULN_BUNDLE_OLDER"
  | "VULN_RELEASE_MISMATCH"
  | "VULN_VEX_INVALID"
  | "VULN_NO_ADVISORIES";

/** Advisory data that cannot be read, recognised, fetched or kept, or is not to be relied on. */
export class VulnError extends CodedError<VulnErrorCode> {}
