import { asArray, asObject, asString, encodeJson, optional } from "../oci/json.ts";
import { encodeBase64 } from "./base64.ts";
import { asBase64, invalidAttestation, readObject } from "./document.ts";
import type { PrivateKey, PublicKey } from "./key/model.ts";
import { signBytes, signerOf } from "./signature.ts";
import { byAnother, type Means, type Verdict, verified } from "./verdict.ts";

/** A payload with signatures of it and of its type (DSSE 1.0, envelope.md). */
export interface Envelope {
  readonly payload: Uint8Array;
  readonly payloadType: string;
  /** What signers call their keys is not read, as nothing is decided by it. */
  readonly signatures: readonly Uint8Array[];
}

const mostSignatures = 32;

/** What is signed of a payload: its type and itself, each with its length (DSSE 1.0, protocol.md, "PAE"). */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/**
 * An envelope of `payload`, as JSON, with a signature by each of `keys`. The keys are not named: programs differ in what they
 * call a key, and some pass over signatures whose key is not called as they do.
 */
export function signEnvelope(
  payload: Uint8Array,
  { payloadType, keys }: { readonly payloadType: string; readonly keys: readonly PrivateKey[] },
): Uint8Array {
  const signed = preAuthenticationEncoding(payloadType, payload);
  const signatures = keys.map((key) => ({ keyid: "", sig: encodeBase64(signBytes(signed, key)) }));
  return encodeJson({ payloadType, payload: encodeBase64(payload), signatures });
}

/** Reads an envelope; whether it is signed is for `verifyEnvelope` to say. Throws ATTEST_DOCUMENT_INVALID. */
export function parseEnvelope(bytes: Uint8Array, name: string): Envelope {
  return readObject(bytes, name, { read: (document) => asEnvelope(document, name) });
}

/** `value` as an envelope of at most 32 signatures. Throws ATTEST_DOCUMENT_INVALID and OCI_DOCUMENT_INVALID. */
export function asEnvelope(value: unknown, path: string): Envelope {
  const { payload, payloadType, signatures } = asObject(value, path);
  const list = optional(signatures, `${path}: signatures`, readSignatures) ?? [];
  if (list.length > mostSignatures) {
    throw invalidAttestation(`${path} has ${list.length} signatures, more than ${mostSignatures}`);
  }
  return {
    payload: asBase64(payload, `${path}: payload`),
    payloadType: asString(payloadType, `${path}: payloadType`),
    signatures: list,
  };
}

/** Whether one of the envelope's signatures is by one of `keys`. `by` is where the envelope stands. */
export function verifyEnvelope(
  { payload, payloadType, signatures }: Envelope,
  { keys, by = "envelope" }: { readonly keys: readonly PublicKey[]; readonly by?: Means },
): Verdict {
  if (signatures.length === 0) return { kind: "unsigned", reason: "its envelope has no signature" };
  const signed = preAuthenticationEncoding(payloadType, payload);
  for (const signature of signatures) {
    const signer = signerOf(signed, { signature, keys });
    if (signer !== null) return verified(signer, by);
  }
  return byAnother(keys);
}

function readSignatures(value: unknown, path: string): readonly Uint8Array[] {
  return asArray(value, path, (entry, place) => asBase64(asObject(entry, place)["sig"], `${place}.sig`));
}
