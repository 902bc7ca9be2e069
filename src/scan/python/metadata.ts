import { ScanError } from "../error.ts";
import { fieldOf, parseHeaders } from "./headers.ts";
import { licensesOf } from "./licenses.ts";
import { requiredNames } from "./requires.ts";
import { supplierOf } from "./supplier.ts";

/** What a distribution's METADATA or PKG-INFO says of it. */
export interface PythonMetadata {
  /** As its author writes it, and as `pip list` prints it. */
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly string[];
  readonly supplier: string | null;
  /** Normalised names. */
  readonly requires: readonly string[];
}

/** Reads core metadata (packaging.python.org, core metadata specification). Throws SCAN_FILE_INVALID. */
export function parseMetadata(text: string): PythonMetadata {
  const headers = parseHeaders(text);
  const name = fieldOf(headers, "name");
  const version = headers.get("version")?.[0] ?? null;
  if (name === null || !isName(name)) throw invalid("it names no package");
  if (version === null || !isVersion(version)) throw invalid(`it gives no version of ${name}`);
  return {
    name,
    version,
    licenses: licensesOf(headers),
    supplier: supplierOf(headers),
    requires: requiredNames(headers.get("requires-dist") ?? []),
  };
}

function isName(name: string): boolean {
  return name.length <= 200 && /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(name);
}

function isVersion(version: string): boolean {
  return version.length <= 200 && /^[!-~]+$/.test(version);
}

function invalid(reason: string): ScanError {
  return new ScanError("SCAN_FILE_INVALID", reason, {
    hint: "the metadata of an installed Python package is damaged; install the package again",
  });
}
