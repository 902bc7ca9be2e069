import { parseBundle } from "../../attest/bundle.ts";
import { type Envelope, parseEnvelope, verifyEnvelope } from "../../attest/dsse.ts";
import type { PublicKey } from "../../attest/key/model.ts";
import { CodedError } from "../../error.ts";

/**
 * What one of `keys` signed in a VEX document among an image's files: the payload of the DSSE envelope that it is, or of the
 * one in the Sigstore bundle that it is. null where nothing in it is signed by any of them. It cannot name the digest of the
 * image that it is in: what it is about its products say.
 */
export function signedPayload(
  bytes: Uint8Array,
  { name, keys }: { readonly name: string; readonly keys: readonly PublicKey[] },
): Uint8Array | null {
  if (keys.length === 0) return null;
  const envelope = read(bytes, name, parseEnvelope) ?? read(bytes, name, parseBundle)?.envelope ?? null;
  return envelope !== null && isSigned(envelope, keys) ? envelope.payload : null;
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
