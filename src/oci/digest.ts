import { createHash } from "node:crypto";
import { OciError } from "./error.ts";

declare const digestBrand: unique symbol;

/** A content digest `sha256:<64 hex>` (OCI image-spec, descriptor.md#digests). Only `parseDigest` and `sha256Digest` make one. */
export type Digest = string & { readonly [digestBrand]: true };

const pattern = /^sha256:[a-f0-9]{64}$/;

/** Checks `text` and returns it as a digest. Throws OCI_DIGEST_INVALID; only sha256 is taken. */
export function parseDigest(text: string): Digest {
  if (!isDigest(text)) {
    throw new OciError("OCI_DIGEST_INVALID", `not a sha256 digest: ${JSON.stringify(text.slice(0, 100))}`, {
      hint: "a digest is sha256: followed by 64 lower-case hexadecimal digits",
    });
  }
  return text;
}

/** Whether `text` is a well-formed sha256 digest. */
export function isDigest(text: string): text is Digest {
  return pattern.test(text);
}

/** The digest of `bytes`. */
export function sha256Digest(bytes: Uint8Array | string): Digest {
  return parseDigest(`sha256:${createHash("sha256").update(bytes).digest("hex")}`);
}

/** The 64 hexadecimal digits of `digest`. */
export function digestHex(digest: Digest): string {
  return digest.slice("sha256:".length);
}
