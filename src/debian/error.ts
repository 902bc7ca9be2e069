import { CodedError } from "../error.ts";

/** What can go wrong when reading Debian's formats. */
export type DebianErrorCode =
  | "DEB822_INVALID"
  | "DEB_INVALID"
  | "DEBIAN_PACKAGE_INVALID"
  | "DEBIAN_RELATION_INVALID"
  | "DEBIAN_RELEASE_INVALID"
  | "DEBIAN_VERSION_INVALID";

/** Text or bytes that are not what Debian Policy and its file formats allow. */
export class DebianError extends CodedError<DebianErrorCode> {}
