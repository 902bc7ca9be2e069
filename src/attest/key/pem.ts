import { AttestError } from "../error.ts";

/** One block of a PEM file (RFC 7468 §2). */
export interface PemBlock {
  /** Such as `PUBLIC KEY`. */
  readonly label: string;
  /** From its first line to its last. */
  readonly text: string;
  /** What stands between, without white space: base64, and headers in files of old programs. */
  readonly body: string;
}

const largest = 2 ** 14;

/** The blocks of a PEM file; none for another file. Throws ATTEST_KEY_INVALID for more than 16 KiB, which no key has. */
export function readPem(bytes: Uint8Array, name: string): readonly PemBlock[] {
  if (bytes.length > largest) {
    throw new AttestError("ATTEST_KEY_INVALID", `${name} is no key: it has ${bytes.length} bytes`, {
      hint: "a key is a file of a few lines that begins with -----BEGIN",
    });
  }
  const text = Buffer.from(bytes).toString("latin1");
  return [...text.matchAll(/-----BEGIN ([A-Z0-9 ]{1,60})-----\r?\n([\s\S]*?)-----END \1-----/g)].map(
    ([whole, label = "", body = ""]) => ({ label, text: whole, body: body.replace(/\s+/g, "") }),
  );
}

/** The bytes `der` as a PEM file of one block. */
export function writePem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
