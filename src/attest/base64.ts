/**
 * The bytes that `text` stands for (RFC 4648 §4, or §5 with `-` and `_`, padded), null where it is no base64. The one spelling
 * that an encoder writes is taken and no other, so that a text that was changed never gives the same bytes.
 */
export function decodeBase64(text: string): Uint8Array | null {
  const standard = /[-_]/.test(text) ? text.replaceAll("-", "+").replaceAll("_", "/") : text;
  const bytes = Buffer.from(standard, "base64");
  return bytes.toString("base64") === standard ? bytes : null;
}

/** `bytes` in base64 (RFC 4648 §4). */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
}
