import type { FipsModule } from "../../facts/fips-module.ts";
import type { FileTrait } from "../../facts/trait.ts";
import { type Entry, fileEntry, symlinkEntry } from "../layer/entry.ts";

/** The FIPS module of an image. */
export interface ImageFipsModule extends FipsModule {
  /** Path of the provider, without leading slash. */
  readonly path: string;
}

/** What the module is called, by its makers and in labels. */
export const moduleName = "OpenSSL FIPS Provider";

const modulePattern = /^usr\/(local\/)?lib\/(?:[^/]+\/)?ossl-modules\/fips\.so$/;

/** OpenSSL's FIPS provider among the files of an image; one that a definition brings in /usr/local wins. null where there is none. */
export function findFipsModule(traits: ReadonlyMap<string, FileTrait>): ImageFipsModule | null {
  const found = [...traits].flatMap(([path, trait]) =>
    modulePattern.test(path) && trait.kind === "elf" && trait.fips !== undefined ? [{ path, ...trait.fips }] : [],
  );
  return found.find(({ path }) => path.startsWith("usr/local/")) ?? found[0] ?? null;
}

/** The checks of the module that are on (1) or off (0), as `openssl fipsinstall` sets them unless told otherwise. */
const checks: Readonly<Record<0 | 1, readonly string[]>> = {
  1: ["conditional-errors", "security-checks", "pbkdf2-lower-bound-check"],
  0: [
    ...["hmac-key-check", "kmac-key-check", "tls1-prf-ems-check", "no-short-mac", "drbg-no-trunc-md"],
    ...["signature-digest-check", "hkdf-digest-check", "tls13-kdf-digest-check", "tls1-prf-digest-check"],
    ...["sshkdf-digest-check", "sskdf-digest-check", "x963kdf-digest-check", "dsa-sign-disabled"],
    ...["tdes-encrypt-disabled", "rsa-pkcs15-pad-disabled", "rsa-pss-saltlen-check", "rsa-sign-x931-pad-disabled"],
    ...["hkdf-key-check", "kbkdf-key-check", "tls13-kdf-key-check", "tls1-prf-key-check", "sshkdf-key-check"],
    ...["sskdf-key-check", "x963kdf-key-check", "x942kdf-key-check", "ecdh-cofactor-check"],
  ],
};

/**
 * The files that make `module` the only source of cryptography for all that reads OpenSSL's configuration, Node's own
 * OpenSSL included: what `openssl fipsinstall` would write, with the module's integrity value computed from its content,
 * and the configuration OpenSSL looks for.
 */
export function fipsEntries(module: ImageFipsModule): readonly Entry[] {
  const value = module.mac.toUpperCase().match(/../g)?.join(":") ?? "";
  const options = [...checks[1].map((check) => `${check} = 1`), ...checks[0].map((check) => `${check} = 0`)];
  // The path is given, so that an OpenSSL which was built for other folders finds the module too.
  const installed = [
    "[fips_sect]",
    `module = /${module.path}`,
    "activate = 1",
    "install-version = 1",
    ...options,
    `module-mac = ${value}`,
  ];
  const configuration = [
    "# FIPS mode: the fips provider alone, for every program that reads OpenSSL's configuration.",
    "openssl_conf = openssl_init",
    "nodejs_conf = openssl_init",
    "",
    ".include = /etc/ssl/fipsmodule.cnf",
    "",
    "[openssl_init]",
    "providers = provider_sect",
    "alg_section = algorithm_sect",
    "",
    "[provider_sect]",
    "fips = fips_sect",
    "base = base_sect",
    "",
    "[base_sect]",
    "activate = 1",
    "",
    "[algorithm_sect]",
    "default_properties = fips=yes",
  ];
  return [
    fileEntry("etc/ssl/fipsmodule.cnf", lines(installed)),
    fileEntry(fipsConfiguration, lines(configuration)),
    symlinkEntry(defaultConfiguration, `/${fipsConfiguration}`),
  ];
}

/** Where the configuration lies; images name it in OPENSSL_CONF. */
export const fipsConfiguration = "etc/ssl/openssl-fips.cnf";

/** Where Debian's OpenSSL looks for its configuration; its package ships a link there. */
export const defaultConfiguration = "usr/lib/ssl/openssl.cnf";

function lines(list: readonly string[]): string {
  return list.map((line) => `${line}\n`).join("");
}
