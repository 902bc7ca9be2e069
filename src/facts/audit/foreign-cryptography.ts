import type { ForeignCryptography } from "../model.ts";
import type { FileTrait } from "../trait.ts";

/** Libraries with cryptography of their own, by the name the loader knows them by. */
const libraries: readonly (readonly [soname: RegExp, what: string])[] = [
  [/^libgcrypt\.so/, "libgcrypt"],
  [/^libnettle\.so|^libhogweed\.so/, "Nettle, which GnuTLS uses"],
  [/^libsodium\.so/, "libsodium"],
  [/^libfreebl3\.so|^libsoftokn3\.so/, "NSS"],
  [/^libmbedcrypto\.so/, "Mbed TLS"],
  [/^libwolfssl\.so/, "wolfSSL"],
  [/^libk5crypto\.so/, "Kerberos' own algorithms"],
  [/^libcrypt\.so/, "libcrypt: hashing of passwords"],
  [/^libmd\.so/, "libmd: MD and SHA digests"],
];

/** Programs with cryptography of their own, by their path. */
const programs: readonly (readonly [path: RegExp, what: string])[] = [
  [/^usr\/(?:local\/)?bin\/python3\.\d+$/, "Python's built-in _md5, _sha1, _sha2, _sha3 and _blake2"],
  [/\/lib-dynload\/_(?:md5|sha1|sha2|sha3|blake2|crypt)\..*\.so$/, "a hash module of Python"],
  [/^usr\/s?bin\/nginx$/, "nginx's own MD5 and SHA-1, for caches, secure links and passwords"],
  [/\/lib\/pgcrypto\.so$/, "pgcrypto's own crypt()"],
];

/**
 * Programs and libraries, by what is known of their names, that bring cryptography of their own: a FIPS provider has no
 * part in it. Programs written in languages with a library of their own, such as Go, are not told apart. Sorted by path.
 */
export function foreignCryptography(traits: ReadonlyMap<string, FileTrait>): readonly ForeignCryptography[] {
  const found: ForeignCryptography[] = [];
  for (const [path, trait] of traits) {
    if (trait.kind !== "elf") continue;
    const soname = trait.soname ?? "";
    const [, what] =
      programs.find(([pattern]) => pattern.test(path)) ?? libraries.find(([pattern]) => pattern.test(soname)) ?? [];
    if (what !== undefined) found.push({ path: `/${path}`, what });
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}
