import { generateKeyPairSync } from "node:crypto";
import { encryptPrivateKey } from "./encrypt.ts";
import { writePem } from "./pem.ts";
import { keyId } from "./read.ts";

/** A new key pair as the texts of two files. */
export interface KeyPair {
  /** PEM of PKCS #8 (RFC 5958); `ENCRYPTED PRIVATE KEY` where there is a passphrase. */
  readonly privateKey: string;
  /** PEM of SubjectPublicKeyInfo (RFC 5280 §4.1), as openssl and cosign read it. */
  readonly publicKey: string;
  /** As `PublicKey.id`. */
  readonly id: string;
}

/** Makes a key pair for ECDSA on the curve P-256, the one kind that all verifiers of image signatures take. */
export function generateKeyPair({ passphrase = null }: { readonly passphrase?: string | null } = {}): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const der = privateKey.export({ type: "pkcs8", format: "der" });
  return {
    privateKey:
      passphrase === null
        ? writePem("PRIVATE KEY", der)
        : writePem("ENCRYPTED PRIVATE KEY", encryptPrivateKey(der, passphrase)),
    publicKey: writePem("PUBLIC KEY", publicKey.export({ type: "spki", format: "der" })),
    id: keyId(publicKey),
  };
}
