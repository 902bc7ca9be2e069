import { createHmac } from "node:crypto";

/** What a FIPS provider's file says of itself. */
export interface FipsModule {
  /** The module's version, `3.5.7`; null where it does not say. */
  readonly version: string | null;
  /** What `module-mac` in fipsmodule.cnf has to be: the HMAC-SHA-256 of the file in lower-case hexadecimal. */
  readonly mac: string;
}

/** OpenSSL's published key of the integrity check (fips_module(7)); it is no secret, and a vendor's build may have another. */
const integrityKey = Buffer.from("f4556650ac31d35461610bac4ed81b1a181b2d8a43ea2854cbae22ca74560813", "hex");
/** The version stands near the provider's name, `OpenSSL FIPS Provider`: in what follows, else in what goes before. In bytes. */
const nearby = 512;

/** Whether a file of this name is the FIPS provider of OpenSSL. */
export function isFipsModule(path: string): boolean {
  return path === "fips.so" || path.endsWith("/fips.so");
}

/** Reads the provider's version and computes the integrity value it checks itself against. */
export function readFipsModule(content: Uint8Array): FipsModule {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
  return { version: versionIn(bytes), mac: createHmac("sha256", integrityKey).update(bytes).digest("hex") };
}

function versionIn(bytes: Buffer): string | null {
  const text = bytes.toString("latin1");
  const name = /FIPS (?:Provider|Module)\0/.exec(text);
  const start = name?.index ?? 0;
  const end = start + (name?.[0].length ?? 1);
  const around = [text.slice(end - 1, end + nearby), text.slice(Math.max(0, start - nearby), start), text];
  const found = around.map((part) => /\0(\d{1,3}\.\d{1,3}\.\d{1,3}(?:[-+~][\w.+~-]{1,40})?)\0/.exec(part)?.[1]);
  return found.find((version) => version !== undefined) ?? null;
}
