import { scryptSync } from "node:crypto";
import { asCount, asObject, asString } from "../../oci/json.ts";
import { decodeBase64 } from "../base64.ts";
import { asBase64, invalidAttestation, readObject } from "../document.ts";
import { AttestError } from "../error.ts";
import { wrongPassphrase } from "./passphrase.ts";
import { openSecretbox } from "./secretbox.ts";

/**
 * The private key (PKCS #8 in DER) in the `body` of a file that `cosign generate-key-pair` writes: JSON that names scrypt and
 * NaCl's secretbox with what they need. Throws ATTEST_KEY_INVALID, and ATTEST_KEY_PASSWORD for the wrong passphrase.
 */
export function openCosignKey(
  body: string,
  { name, passphrase }: { readonly name: string; readonly passphrase: string },
): Uint8Array {
  const { salt, cost, nonce, box } = readSealed(body, name);
  const { N, r, p } = cost;
  const key = scryptSync(passphrase, salt, 32, { N, r, p, maxmem: 2 * mostMemory });
  const opened = openSecretbox(box, { key, nonce });
  if (opened === null) throw wrongPassphrase(name);
  return opened;
}

/** Four times what cosign itself takes. */
const mostMemory = 2 ** 28;

interface Sealed {
  readonly salt: Uint8Array;
  readonly cost: { readonly N: number; readonly r: number; readonly p: number };
  readonly nonce: Uint8Array;
  readonly box: Uint8Array;
}

function readSealed(body: string, name: string): Sealed {
  try {
    return readObject(decodeBase64(body) ?? new Uint8Array(0), name, {
      read(document) {
        const kdf = asObject(document["kdf"], `${name}: kdf`);
        const cipher = asObject(document["cipher"], `${name}: cipher`);
        const isKnown =
          asString(kdf["name"], `${name}: kdf.name`) === "scrypt" &&
          asString(cipher["name"], `${name}: cipher.name`) === "nacl/secretbox";
        if (!isKnown) throw invalidAttestation(`${name} is encrypted in another way than with scrypt and secretbox`);
        const params = asObject(kdf["params"], `${name}: kdf.params`);
        const [N = 0, r = 0, p = 0] = ["N", "r", "p"].map((at) => asCount(params[at], `${name}: kdf.params.${at}`));
        const isUsable =
          N > 1 && Number.isInteger(Math.log2(N)) && r > 0 && p > 0 && p <= 4 && 128 * N * r <= mostMemory;
        if (!isUsable) throw invalidAttestation(`${name} asks for more work to decrypt it than is done`);
        const nonce = asBase64(cipher["nonce"], `${name}: cipher.nonce`);
        if (nonce.length !== 24) throw invalidAttestation(`${name}: cipher.nonce has not 24 bytes`);
        const salt = asBase64(kdf["salt"], `${name}: kdf.salt`);
        return { salt, cost: { N, r, p }, nonce, box: asBase64(document["ciphertext"], `${name}: ciphertext`) };
      },
    });
  } catch (cause) {
    if (!(cause instanceof AttestError)) throw cause;
    throw new AttestError("ATTEST_KEY_INVALID", cause.message, {
      hint: "it is damaged, or of a version of cosign that is not known: make a key with hardpan key generate",
      cause,
    });
  }
}
