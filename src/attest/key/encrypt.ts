import { createCipheriv, pbkdf2Sync, randomBytes } from "node:crypto";

/** As OWASP asks of PBKDF2 with HMAC-SHA-256; about a third of a second. Node itself would do 2048. */
const iterations = 600_000;

/**
 * The private key `der` (PKCS #8) as EncryptedPrivateKeyInfo (RFC 5958 §3) in DER, which openssl and Node read: PBES2 with
 * PBKDF2, HMAC-SHA-256 and AES-256-CBC (RFC 8018 §6.2).
 */
export function encryptPrivateKey(der: Uint8Array, passphrase: string): Uint8Array {
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-cbc", pbkdf2Sync(passphrase, salt, iterations, 32, "sha256"), iv);
  const derivation = sequence(objects.pbkdf2, sequence(octets(salt), integer(iterations), hmac));
  const encryption = sequence(objects.aes256Cbc, octets(iv));
  return sequence(
    sequence(objects.pbes2, sequence(derivation, encryption)),
    octets(Buffer.concat([cipher.update(der), cipher.final()])),
  );
}

const objects = {
  pbes2: object("2a864886f70d01050d"),
  pbkdf2: object("2a864886f70d01050c"),
  hmacWithSha256: object("2a864886f70d0209"),
  aes256Cbc: object("60864801650304012a"),
};

const hmac = sequence(objects.hmacWithSha256, Buffer.from([0x05, 0x00]));

function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return element(0x30, Buffer.concat(parts));
}

function octets(bytes: Uint8Array): Uint8Array {
  return element(0x04, bytes);
}

function object(hex: string): Uint8Array {
  return element(0x06, Buffer.from(hex, "hex"));
}

/** A positive number below 2³². */
function integer(value: number): Uint8Array {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(value, 1);
  const start = bytes.findIndex((byte, at) => byte !== 0 && at > 0);
  return element(0x02, bytes.subarray((bytes[start] ?? 0) >= 0x80 ? start - 1 : start));
}

/** A DER element of less than 64 KiB (X.690 §8.1). */
function element(tag: number, content: Uint8Array): Uint8Array {
  const { length } = content;
  const head = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(length >= 0x80 && length < 0x100 ? [tag, 0x81, length] : head), content]);
}
