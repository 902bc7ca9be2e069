import { CodedError } from "../error.ts";

/** What can go wrong with a catalogue folder. */
export type CatalogErrorCode =
  | "CATALOG_MISSING"
  | "CATALOG_NOT_FOUND"
  | "CATALOG_DUPLICATE_TAG"
  | "CATALOG_FILE_INVALID"
  | "CATALOG_EXISTS"
  | "CATALOG_NAME_INVALID"
  | "CATALOG_NOT_YOURS"
  | "CATALOG_PACKAGE_UNKNOWN"
  | "CATALOG_PACKAGE_UNSUITABLE"
  | "CATALOG_VERSION_DIFFERS";

/** A catalogue that cannot be read, or has not what was asked for. */
export class CatalogError extends CodedError<CatalogErrorCode> {}
