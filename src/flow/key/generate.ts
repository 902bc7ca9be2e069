import { open, rm } from "node:fs/promises";
import { generateKeyPair } from "../../attest/key/generate.ts";
import { withFolder } from "../../content/disk.ts";
import { diskError, errorCode } from "../../content/disk-error.ts";
import { FlowError } from "../error.ts";

/** A key pair that was written. */
export interface WrittenKeys {
  /** Paths of the two files. */
  readonly privateKey: string;
  readonly publicKey: string;
  /** SHA-256 of the public key as SubjectPublicKeyInfo in DER, in hex. */
  readonly id: string;
  readonly encrypted: boolean;
}

/**
 * Makes a key pair and writes it to PREFIX.key, which only its owner may read, and PREFIX.pub; with a passphrase the private
 * key is encrypted. Nothing is overwritten. Throws FLOW_KEY_EXISTS and CONTENT_UNWRITABLE; then neither file is there.
 */
export async function generateKeys(
  prefix: string,
  { passphrase }: { readonly passphrase: string | null },
): Promise<WrittenKeys> {
  const [privateKey, publicKey] = [`${prefix}.key`, `${prefix}.pub`];
  const pair = generateKeyPair({ passphrase });
  await withFolder(privateKey, async () => {
    // The public one first: what is lost when the second cannot be written is then no secret.
    await writeNew(publicKey, { text: pair.publicKey, mode: 0o644 });
    try {
      await writeNew(privateKey, { text: pair.privateKey, mode: 0o600 });
    } catch (cause) {
      await rm(publicKey, { force: true });
      throw cause;
    }
  });
  return { privateKey, publicKey, id: pair.id, encrypted: passphrase !== null };
}

async function writeNew(path: string, file: { readonly text: string; readonly mode: number }): Promise<void> {
  const handle = await open(path, "wx", file.mode).catch((cause: unknown) => {
    throw errorCode(cause) === "EEXIST" ? taken(path) : diskError(cause, path);
  });
  try {
    await handle.writeFile(file.text);
    await handle.sync();
  } catch (cause) {
    await rm(path, { force: true });
    throw diskError(cause, path);
  } finally {
    await handle.close();
  }
}

function taken(path: string): FlowError {
  return new FlowError("FLOW_KEY_EXISTS", `${path} is there already, and keys are not overwritten`, {
    hint: "name others with --output-key-prefix, or move it away: what was signed with it still needs it",
  });
}
