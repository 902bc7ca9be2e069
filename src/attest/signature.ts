import { sign, verify } from "node:crypto";
import type { PrivateKey, PublicKey } from "./key/model.ts";

/** ECDSA over SHA-256 of `data`, as an ASN.1 sequence of r and s in DER (FIPS 186-5 §6.4, RFC 3279 §2.2.3). */
export function signBytes(data: Uint8Array, { key }: PrivateKey): Uint8Array {
  return sign("sha256", data, key);
}

/** The one of `keys` that `signature` over `data` is by; null where it is by none of them. */
export function signerOf(
  data: Uint8Array,
  { signature, keys }: { readonly signature: Uint8Array; readonly keys: readonly PublicKey[] },
): PublicKey | null {
  return keys.find(({ key }) => verify("sha256", data, key, signature)) ?? null;
}
