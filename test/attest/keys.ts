import { generateKeyPair } from "../../src/attest/key/generate.ts";
import type { PrivateKey, PublicKey } from "../../src/attest/key/model.ts";
import { readPrivateKey } from "../../src/attest/key/read.ts";

/** A new key to sign with, and the one to check with, called `name`. */
export function newKey(name = "test.key"): { readonly key: PrivateKey; readonly publicKey: PublicKey } {
  const key = readPrivateKey(Buffer.from(generateKeyPair().privateKey), name);
  return { key, publicKey: key.publicKey };
}
