import { open } from "node:fs/promises";
import { parseEnvelope, signEnvelope, verifyEnvelope } from "../../attest/dsse.ts";
import { AttestError } from "../../attest/error.ts";
import type { PrivateKey, PublicKey } from "../../attest/key/model.ts";
import { readPrivateKey, readPublicKey } from "../../attest/key/read.ts";
import { describeVerdict } from "../../attest/verdict.ts";
import type { Unseal } from "../../vuln/bundle/read.ts";
import type { Seal } from "../../vuln/bundle/write.ts";
import { VulnError } from "../../vuln/error.ts";

/** The private key in the file `path`. Throws ATTEST_KEY_INVALID and ATTEST_KEY_PASSWORD. */
export async function privateKeyAt(path: string, passphrase: string | null): Promise<PrivateKey> {
  return readPrivateKey(await readKeyFile(path), path, { passphrase });
}

/** The public key in the file `path`. Throws ATTEST_KEY_INVALID. */
export async function publicKeyAt(path: string): Promise<PublicKey> {
  return readPublicKey(await readKeyFile(path), path);
}

/** Envelopes with a signature by `key`, or none. */
export function sealWith(key: PrivateKey | null): Seal {
  return (payload, payloadType) => signEnvelope(payload, { payloadType, keys: key === null ? [] : [key] });
}

/** Opens the envelope of the bundle `file` where one of `keys` has signed it; throws VULN_BUNDLE_NOT_VERIFIED else. */
export function unsealWith(keys: readonly PublicKey[], file: string): Unseal {
  return (bytes) => {
    const envelope = parseEnvelope(bytes, file);
    const verdict = verifyEnvelope(envelope, { keys });
    if (verdict.kind === "verified") return { ...envelope, keyId: verdict.keyId };
    const unsigned = verdict.kind === "unsigned";
    throw new VulnError("VULN_BUNDLE_NOT_VERIFIED", `${file}: ${describeVerdict(verdict)}`, {
      hint: unsigned
        ? "have it exported with --sign-key; to import it all the same, --allow-unsigned"
        : keys.length === 0
          ? "name the public key of whoever made it with --verify-key; to import it without a check, --allow-unsigned"
          : "it was made by someone else, or changed on its way: do not import it",
    });
  };
}

/** Opens any envelope of the bundle `file`, whether signed or not. */
export function unsealUnchecked(file: string): Unseal {
  return (bytes) => ({ ...parseEnvelope(bytes, file), keyId: null });
}

/** Most bytes that are read of a key's file; a larger one is refused by whoever reads keys. */
const most = 2 ** 14 + 1;

async function readKeyFile(path: string): Promise<Uint8Array> {
  try {
    const handle = await open(path, "r");
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(most), 0, most, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const why = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    throw new AttestError("ATTEST_KEY_INVALID", `the key ${path} cannot be read: ${why}`, {
      hint: "name a file with a key; hardpan key generate makes a pair",
      cause,
    });
  }
}
