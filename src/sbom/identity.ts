import { createHash, type Hash } from "node:crypto";
import { SbomError } from "./error.ts";
import type { Sbom } from "./model.ts";

/** When and by which version of the program a document is written. */
export interface DocumentOptions {
  /** ISO 8601; kept to the second, as SPDX wants it. */
  readonly created: string;
  readonly toolVersion: string;
}

/**
 * A UUID (RFC 9562, version 8) for documents of `format`: always the same for the same image, told apart by what it holds
 * where it has no digest.
 */
export function documentUuid(sbom: Sbom, format: string): string {
  const hash = createHash("sha256").update(`hardpan ${format} ${sbom.image.digest ?? sbom.image.reference}`);
  if (sbom.image.digest === null) for (const { purl } of sbom.packages) hash.update(`\n${purl}`);
  if (sbom.files !== undefined) hash.update("\nfiles");
  return uuidOf(hash);
}

/** A UUID (RFC 9562, version 8) made of a hash of at least 16 bytes, which is finished by that. */
export function uuidOf(hash: Hash): string {
  const hex = hash.digest("hex");
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

/** `created` as `YYYY-MM-DDThh:mm:ssZ`. Throws SBOM_TIME_INVALID. */
export function documentTime(created: string): string {
  const time = new Date(created);
  if (Number.isNaN(time.getTime())) {
    throw new SbomError("SBOM_TIME_INVALID", `not a time: ${JSON.stringify(created.slice(0, 100))}`, {
      hint: "write it as ISO 8601, such as 2026-01-31T12:00:00Z",
    });
  }
  return time.toISOString().replace(/\.\d{3}Z$/, "Z");
}
