import type { Digest } from "../oci/digest.ts";
import { isDigest } from "../oci/digest.ts";
import { asArray, asObject, asString, asStringMap, optional } from "../oci/json.ts";
import { invalidAttestation, readObject } from "./document.ts";

/** Media type of a statement, and the payload type of an envelope that holds one. */
export const statementType = "application/vnd.in-toto+json";

/** What is claimed of something (in-toto attestation framework, spec/v1/statement.md, and v0.1 before it). */
export interface Statement {
  /** The digests of what it is about, as far as they are SHA-256. */
  readonly subjects: readonly Digest[];
  readonly predicateType: string;
  /** JSON. */
  readonly predicate: unknown;
}

/** Reads a statement. Throws ATTEST_DOCUMENT_INVALID. */
export function parseStatement(bytes: Uint8Array, name: string): Statement {
  return readObject(bytes, name, { read: (document) => asStatement(document, name) });
}

/** `value` as a statement. Throws ATTEST_DOCUMENT_INVALID and OCI_DOCUMENT_INVALID. */
export function asStatement(value: unknown, path: string): Statement {
  const { _type: type, subject, predicateType, predicate } = asObject(value, path);
  if (!/^https:\/\/in-toto\.io\/Statement\/v(?:0\.1|1)$/.test(asString(type, `${path}: _type`))) {
    throw invalidAttestation(`${path} is no in-toto statement of version 0.1 or 1`);
  }
  return {
    subjects: asArray(subject, `${path}: subject`, subjectDigest).filter((digest) => digest !== null),
    predicateType: asString(predicateType, `${path}: predicateType`),
    predicate: predicate ?? null,
  };
}

function subjectDigest(value: unknown, path: string): Digest | null {
  const digests = optional(asObject(value, path)["digest"], `${path}.digest`, asStringMap) ?? {};
  const digest = `sha256:${digests["sha256"] ?? ""}`;
  return isDigest(digest) ? digest : null;
}
