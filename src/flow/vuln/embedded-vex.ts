import { parseBundle } from "../../attest/bundle.ts";
import { readObject } from "../../attest/document.ts";
import { type Envelope, parseEnvelope, verifyEnvelope } from "../../attest/dsse.ts";
import type { PublicKey } from "../../attest/key/model.ts";
import { CodedError } from "../../error.ts";

/**
 * What one of `keys` signed in a VEX document among an image's files: the payload of the DSSE envelope that it is, or of the
 * one in the Sigstore bundle that it is. null where nothing in it is signed by any of them. What it is about its products
 * say. An in-toto statement is about the image whose digest it names, which cannot be the one that it is in: whoever copies
 * the attestation of another image into this one has nothing signed.
 */
export function signedPayload(
  bytes: Uint8Array,
  { name, keys }: { readonly name: string; readonly keys: readonly PublicKey[] },
): Uint8Array | null {
  if (keys.length === 0) return null;
  const envelope = read(bytes, name, parseEnvelope) ?? read(bytes, name, parseBundle)?.envelope ?? null;
  if (envelope === null || !isSigned(envelope, keys)) return null;
  return read(envelope.payload, name, isStatement) === false ? envelope.payload : null;
}

function isStatement(payload: Uint8Array, name: string): boolean {
  return readObject(payload, name, { read: (document) => "_type" in document });
}

function isSigned(envelope: Envelope, keys: readonly PublicKey[]): boolean {
  return verifyEnvelope(envelope, { keys }).kind === "verified";
}

/** null for what is something else. */
function read<Result>(
  bytes: Uint8Array,
  name: string,
  parse: (bytes: Uint8Array, name: string) => Result,
): Result | null {
  try {
    return parse(bytes, name);
  } catch (cause) {
    if (cause instanceof CodedError) return null;
    throw cause;
  }
}
