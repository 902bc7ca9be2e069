import { readFile } from "node:fs/promises";
import type { Key } from "openpgp";
import { AptError } from "./error.ts";
import { debianKeys, type PinnedKey } from "./keys.ts";

/** Whose signatures count: keys of the keyring whose primary fingerprint is pinned, and their signing subkeys. */
export interface Trust {
  readonly pins: readonly PinnedKey[];
  /** The keyring, armored or not; null where the host has none and the archive's own keyring package must give it. */
  readonly keyring: () => Promise<Uint8Array | null>;
}

const keyringFiles = [
  "/usr/share/keyrings/debian-archive-keyring.pgp",
  "/usr/share/keyrings/debian-archive-keyring.gpg",
] as const;

/** Trust in Debian's own keys, taken from the host's keyring where it has one. */
export function debianTrust(files: readonly string[] = keyringFiles): Trust {
  return { pins: debianKeys, keyring: async () => await firstReadable(files) };
}

/** Keys whose signatures count. */
export interface TrustedKeys {
  readonly keys: readonly Key[];
}

/**
 * The pinned keys of `keyring`; others in it are ignored. A pin is the fingerprint of a primary key, which its subkeys
 * are bound to by signatures that are checked with every use (RFC 9580 §5.2.1.8). Throws APT_KEYRING_MISSING for bytes
 * that are no keyring.
 */
export async function readTrustedKeys(keyring: Uint8Array, pins: readonly PinnedKey[]): Promise<TrustedKeys> {
  const hint = "install the package debian-archive-keyring anew";
  const keys = await parseKeys(keyring).catch((cause: unknown) => {
    throw new AptError("APT_KEYRING_MISSING", "the keyring with the archive's keys cannot be read", { hint, cause });
  });
  const pinned = new Set(pins.map((pin) => pin.fingerprint));
  const trusted = keys.filter((key) => pinned.has(fingerprint(key)));
  refuseAmbiguous(trusted, { name: "the keyring", hint });
  return { keys: trusted };
}

/**
 * All keys of a keyring that a definition names, called `name` in messages. Throws APT_KEYRING_MISSING for bytes that
 * are no keyring.
 */
export async function readNamedKeys(keyring: Uint8Array, name: string): Promise<TrustedKeys> {
  const hint = "`keyring` names OpenPGP public keys, armored or binary; look at what the address serves";
  const keys = await parseKeys(keyring).catch((cause: unknown) => {
    throw new AptError("APT_KEYRING_MISSING", `${name} is not a keyring`, { hint, cause });
  });
  if (keys.length === 0) throw new AptError("APT_KEYRING_MISSING", `${name} holds no key`, { hint });
  refuseAmbiguous(keys, { name, hint });
  return { keys };
}

/** The keys among `trusted` with these primary fingerprints, 40 upper-case hexadecimal digits. */
export function onlyKeys({ keys }: TrustedKeys, fingerprints: readonly string[]): TrustedKeys {
  return { keys: keys.filter((key) => fingerprints.includes(fingerprint(key))) };
}

const armoredKeys = /-----BEGIN PGP PUBLIC KEY BLOCK-----[\s\S]*?-----END PGP PUBLIC KEY BLOCK-----/g;

/** Reads a keyring in binary, or in one or several armored blocks with any text around them. */
async function parseKeys(keyring: Uint8Array): Promise<readonly Key[]> {
  const { readKeys } = await import("openpgp");
  const blocks = Buffer.from(keyring).toString("latin1").match(armoredKeys);
  if (blocks === null) return await readKeys({ binaryKeys: new Uint8Array(keyring) });
  return (await Promise.all(blocks.map(async (block) => await readKeys({ armoredKeys: block })))).flat();
}

/** A text with at least one signature that counts. */
export interface SignedText {
  /** Exactly what was signed; nothing that stood around it. */
  readonly text: string;
  /** Fingerprints of the pinned primary keys whose signatures verified, sorted. */
  readonly signedBy: readonly string[];
}

/**
 * Verifies a cleartext-signed document (RFC 9580 §7), called `name` in messages, at the time `now` (milliseconds).
 * Throws APT_UNSIGNED, APT_KEY_UNKNOWN when no pinned key signed it, APT_SIGNATURE_INVALID when one did not sign this,
 * APT_NOT_YET_VALID for a signature of later than `now`.
 */
export async function verifySigned(
  document: Uint8Array,
  options: { readonly keys: TrustedKeys; readonly now: number; readonly name: string },
): Promise<SignedText> {
  const { readCleartextMessage, verify } = await import("openpgp");
  const { name } = options;
  const armored = Buffer.from(document).toString("utf8");
  if (!armored.startsWith("-----BEGIN PGP SIGNED MESSAGE-----")) throw unsigned(name);
  const verified = await readCleartextMessage({ cleartextMessage: armored })
    .then((message) => verify({ message, verificationKeys: [...options.keys.keys], date: new Date(options.now) }))
    .catch((cause: unknown) => {
      throw invalid(name, { reason: "it is damaged", cause });
    });
  if (verified.signatures.length === 0) throw unsigned(name);
  const signedBy = new Set<string>();
  const unknown: string[] = [];
  const failed: unknown[] = [];
  for (const signature of verified.signatures) {
    const key = options.keys.keys.find((candidate) => candidate.getKeys(signature.keyID).length > 0);
    if (key === undefined) unknown.push(signature.keyID.toHex().toUpperCase());
    else
      await signature.verified.then(
        () => signedBy.add(fingerprint(key)),
        (cause) => failed.push(cause),
      );
  }
  if (failed.some(isEarly)) throw early(name);
  const decisive = failed.find(contradicts) ?? (signedBy.size === 0 ? failed[0] : undefined);
  if (decisive !== undefined) throw invalid(name, { reason: messageOf(decisive), cause: decisive });
  if (signedBy.size === 0) throw keyUnknown(name, unknown);
  return { text: verified.data, signedBy: [...signedBy].sort() };
}

/** Whether this failure means that the text is not what was signed, rather than that a key is no longer in use. */
function contradicts(failure: unknown): boolean {
  return /^(Signed digest did not match|Signature verification failed)/.test(messageOf(failure));
}

function isEarly(failure: unknown): boolean {
  return messageOf(failure) === "Signature creation time is in the future";
}

/** Subkeys are found by their 64-bit key ID: two with the same one could be taken for each other. */
function refuseAmbiguous(keys: readonly Key[], of: { readonly name: string; readonly hint: string }): void {
  const ids = keys.flatMap((key) => key.getKeyIDs().map((id) => id.toHex()));
  if (new Set(ids).size === ids.length) return;
  throw new AptError("APT_KEYRING_MISSING", `${of.name} holds two keys with the same key ID`, { hint: of.hint });
}

function fingerprint(key: Key): string {
  return key.getFingerprint().toUpperCase();
}

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}

function unsigned(name: string): AptError {
  return new AptError("APT_UNSIGNED", `${name} is not signed`, {
    hint: "the mirror does not serve Debian's archive, or something between changes it; use another mirror",
  });
}

function early(name: string): AptError {
  return new AptError("APT_NOT_YET_VALID", `${name} was signed in the future`, { hint: "set this machine's clock" });
}

function invalid(name: string, options: { readonly reason: string; readonly cause: unknown }): AptError {
  return new AptError("APT_SIGNATURE_INVALID", `the signature of ${name} does not hold: ${options.reason}`, {
    hint: "the file was changed on its way or on disk; try again, or use another mirror",
    cause: options.cause,
  });
}

function keyUnknown(name: string, ids: readonly string[]): AptError {
  return new AptError("APT_KEY_UNKNOWN", `${name} is signed only by keys that are not trusted: ${ids.join(", ")}`, {
    hint: "use a mirror of Debian's own archive; a key of a new Debian release needs a newer version of this program",
  });
}

async function firstReadable(files: readonly string[]): Promise<Uint8Array | null> {
  for (const file of files) {
    const bytes = await readFile(file).catch(() => null);
    if (bytes !== null) return bytes;
  }
  return null;
}
