import { createSign, createVerify } from "node:crypto";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import type { PrivateKey, PublicKey } from "./key/model.ts";
import { byAnother, notVerified, type Verdict, verified } from "./verdict.ts";

/**
 * A detached signature of `content`: base64 of ECDSA over its SHA-256 in DER, as `cosign sign-blob` writes it and
 * `cosign verify-blob --key` and openssl read it. The content is read once and not kept.
 */
export async function signBlob(content: AsyncIterable<Uint8Array>, { key }: PrivateKey): Promise<string> {
  const signing = createSign("sha256");
  for await (const piece of content) signing.update(piece);
  return encodeBase64(signing.sign(key));
}

/**
 * Whether the text `signature`, as `signBlob` gives it, is of `content` and by one of `keys`. No transparency log is asked:
 * what counts is the key, which whoever asks has from a place they trust. The content is read once and not kept.
 */
export async function verifyBlob(
  content: AsyncIterable<Uint8Array>,
  { signature, keys }: { readonly signature: string; readonly keys: readonly PublicKey[] },
): Promise<Verdict> {
  const bytes = signature.length > longestSignature ? null : decodeBase64(signature.trim());
  if (bytes === null || bytes.length === 0) return notVerified("the signature is not base64");
  const checks = keys.map((key) => ({ key, check: createVerify("sha256") }));
  for await (const piece of content) for (const { check } of checks) check.update(piece);
  const signer = checks.find(({ key, check }) => check.verify(key.key, bytes));
  return signer === undefined ? byAnother(keys) : verified(signer.key, "blob");
}

/** In characters; one of P-256 has about a hundred. */
const longestSignature = 1000;
