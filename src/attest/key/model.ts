import type { KeyObject } from "node:crypto";

/** A key that signatures are checked with: ECDSA on the curve P-256. */
export interface PublicKey {
  /** SHA-256 of the key as SubjectPublicKeyInfo in DER, in hex. */
  readonly id: string;
  /** What messages call it: the file it came from. */
  readonly name: string;
  readonly key: KeyObject;
}

/** A key to sign with, and what its signatures are checked with. */
export interface PrivateKey {
  readonly key: KeyObject;
  readonly publicKey: PublicKey;
}
