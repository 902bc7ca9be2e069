import type { Key } from "openpgp";

/**
 * Primary keys of those who sign Node.js releases, by fingerprint: the list that Node's own README and the recipe of the
 * official container image verify against. The keys themselves are fetched; any server will do, as the
 * fingerprint says whether a key is the right one.
 */
export const nodeReleaseFingerprints: readonly string[] = [
  "108f52b48db57bb0cc439b2997b01419bd92f80a",
  "5be8a3f6c8a5c01d106c0ad820b1a390b168d356",
  "890c08db8579162fee0df9db8beab4dfcf555ef4",
  "8fcca13fef1d0c2e91008e09770f7a9a5ae15600",
  "a363a499291cbbc940dd62e41f10027af002f8b0",
  "c82fa3ae1cbedc6be46b9360c43cec45c17ab93c",
  "cc68f5a3106ff448322e48ed27f5e38d5b0a215f",
  "dd792f5973c6de52c432cbdac77abfa00ddbf2b7",
];

/** The address of a release key in the Node.js project's own repository of them. */
export function nodeReleaseKeyUrl(fingerprint: string): string {
  return `https://raw.githubusercontent.com/nodejs/release-keys/HEAD/keys/${fingerprint.toUpperCase()}.asc`;
}

/** The keys of an armored text whose primary fingerprint is among `fingerprints`; none when it is no key. */
export async function readPinnedKeys(armored: string, fingerprints: readonly string[]): Promise<readonly Key[]> {
  const { readKeys } = await import("openpgp");
  const keys = await readKeys({ armoredKeys: armored }).catch(() => []);
  return keys.filter((key) => fingerprints.includes(key.getFingerprint()));
}

/**
 * The text of a cleartext-signed document (RFC 9580 §7) when one of `keys` has signed it and it is unaltered; null
 * otherwise. Only what was signed is returned.
 */
export async function verifiedText(document: string, keys: readonly Key[], now: number): Promise<string | null> {
  const { readCleartextMessage, verify } = await import("openpgp");
  try {
    const message = await readCleartextMessage({ cleartextMessage: document });
    const { data, signatures } = await verify({ message, verificationKeys: [...keys], date: new Date(now) });
    const verdicts = await Promise.all(
      signatures.map(async ({ verified }) => await verified.then(() => true).catch(() => false)),
    );
    return verdicts.includes(true) ? data : null;
  } catch {
    return null;
  }
}
