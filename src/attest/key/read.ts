import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { digestHex, sha256Digest } from "../../oci/digest.ts";
import { AttestError } from "../error.ts";
import { openCosignKey } from "./cosign.ts";
import type { PrivateKey, PublicKey } from "./model.ts";
import { missingPassphrase, wrongPassphrase } from "./passphrase.ts";
import { type PemBlock, readPem } from "./pem.ts";

/**
 * Reads a public key for ECDSA on P-256, as `hardpan key generate`, openssl and cosign write it: PEM of SubjectPublicKeyInfo.
 * `name` is the file's, for messages. Throws ATTEST_KEY_INVALID, also for certificates, for private keys and for keys of
 * another kind, which it names.
 */
export function readPublicKey(bytes: Uint8Array, name: string): PublicKey {
  const [block] = readPem(bytes, name);
  if (block?.label === "PUBLIC KEY") {
    const { text } = block;
    return publicKeyOf(
      parsed(() => createPublicKey(text), name),
      name,
    );
  }
  if (block !== undefined && isPrivate(block)) {
    throw unusable(`${name} is a private key`, "name the public key that belongs to it, and keep this one to yourself");
  }
  if (block?.label === "CERTIFICATE") {
    throw unusable(`${name} is a certificate`, "name its key instead: openssl x509 -pubkey -noout prints it");
  }
  throw unusable(`${name} is no public key`, "a public key is a file that begins with -----BEGIN PUBLIC KEY-----");
}

/**
 * Reads a private key for ECDSA on P-256: PEM of PKCS #8 or, of older programs, SEC 1; those that are encrypted, and
 * cosign's, with their passphrase. Throws ATTEST_KEY_INVALID, and ATTEST_KEY_PASSWORD where the passphrase is missing or
 * wrong.
 */
export function readPrivateKey(
  bytes: Uint8Array,
  name: string,
  { passphrase = null }: { readonly passphrase?: string | null } = {},
): PrivateKey {
  const block = readPem(bytes, name).find(isPrivate);
  if (block === undefined) {
    throw unusable(`${name} is no private key`, "a private key is a file that begins with -----BEGIN PRIVATE KEY-----");
  }
  const key = isEncrypted(block)
    ? decrypted(block, { name, passphrase })
    : parsed(() => createPrivateKey(block.text), name);
  return { key, publicKey: publicKeyOf(createPublicKey(key), name) };
}

/** The id of a public key: SHA-256 of its SubjectPublicKeyInfo in DER, in hex. */
export function keyId(key: KeyObject): string {
  return digestHex(sha256Digest(key.export({ type: "spki", format: "der" })));
}

function isPrivate({ label }: PemBlock): boolean {
  return label.endsWith("PRIVATE KEY");
}

/** Files of openssl's old form say so in a header. */
function isEncrypted({ label, body }: PemBlock): boolean {
  return label.startsWith("ENCRYPTED ") || body.startsWith("Proc-Type:4,ENCRYPTED");
}

function decrypted(
  block: PemBlock,
  { name, passphrase }: { readonly name: string; readonly passphrase: string | null },
): KeyObject {
  if (passphrase === null) throw missingPassphrase(name);
  if (/^ENCRYPTED (?:SIGSTORE|COSIGN) PRIVATE KEY$/.test(block.label)) {
    const der = openCosignKey(block.body, { name, passphrase });
    return parsed(() => createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" }), name);
  }
  try {
    return createPrivateKey({ key: block.text, passphrase });
  } catch (cause) {
    throw wrongPassphrase(name, cause);
  }
}

function publicKeyOf(key: KeyObject, name: string): PublicKey {
  const kind = kindOf(key);
  if (kind !== "EC prime256v1") {
    throw unusable(
      `${name} is a key of the kind ${kind}, and only ECDSA on the curve P-256 is used here`,
      "make one with hardpan key generate, or openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256",
    );
  }
  return { id: keyId(key), name, key };
}

/** Such as `EC secp384r1`, `RSA 3072` or `ED25519`. */
function kindOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  const { namedCurve, modulusLength } = asymmetricKeyDetails ?? {};
  return [asymmetricKeyType?.toUpperCase(), namedCurve ?? modulusLength].filter((part) => part !== undefined).join(" ");
}

function parsed(parse: () => KeyObject, name: string): KeyObject {
  try {
    return parse();
  } catch (cause) {
    throw new AttestError("ATTEST_KEY_INVALID", `${name} cannot be read as a key`, {
      hint: "it is damaged: take it again from where it is kept",
      cause,
    });
  }
}

function unusable(message: string, hint: string): AttestError {
  return new AttestError("ATTEST_KEY_INVALID", message, { hint });
}
