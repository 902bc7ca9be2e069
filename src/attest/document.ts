import { OciError } from "../oci/error.ts";
import { asString, type JsonObject, parseJsonObject } from "../oci/json.ts";
import { decodeBase64 } from "./base64.ts";
import { AttestError } from "./error.ts";

/** The largest envelope, bundle or statement that is read, in bytes. */
export const largestDocument = 64 * 2 ** 20;

/**
 * What `read` makes of the JSON object `bytes`, called `name` in messages. Throws ATTEST_DOCUMENT_INVALID for more than
 * `limit` bytes, for what is no JSON object, and for whatever `read` refuses with a reader of src/oci/json.ts.
 */
export function readObject<Result>(
  bytes: Uint8Array,
  name: string,
  { read, limit = largestDocument }: { readonly read: (document: JsonObject) => Result; readonly limit?: number },
): Result {
  try {
    return read(parseJsonObject(bytes, name, limit));
  } catch (cause) {
    if (cause instanceof OciError) throw invalidAttestation(cause.message, cause);
    throw cause;
  }
}

/** `value` as the bytes that a base64 text stands for. Throws ATTEST_DOCUMENT_INVALID. */
export function asBase64(value: unknown, path: string): Uint8Array {
  const bytes = decodeBase64(asString(value, path));
  if (bytes === null) throw invalidAttestation(`${path} is not base64`);
  return bytes;
}

/** The error for a document that breaks its specification. */
export function invalidAttestation(message: string, cause?: unknown): AttestError {
  return new AttestError("ATTEST_DOCUMENT_INVALID", message, {
    hint: "it was damaged or changed, or is of a kind that is not read: get it again from who signed it",
    ...(cause === undefined ? {} : { cause }),
  });
}
