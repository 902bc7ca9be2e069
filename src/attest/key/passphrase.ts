import { AttestError } from "../error.ts";

/** The error for a key that is encrypted, where no passphrase was given. */
export function missingPassphrase(name: string): AttestError {
  return new AttestError("ATTEST_KEY_PASSWORD", `${name} is encrypted, and no passphrase was given`, {
    hint: "set HARDPAN_KEY_PASSWORD to its passphrase",
  });
}

/** The error for a passphrase that does not open the key. */
export function wrongPassphrase(name: string, cause?: unknown): AttestError {
  return new AttestError("ATTEST_KEY_PASSWORD", `${name} cannot be decrypted with the passphrase that was given`, {
    hint: "set HARDPAN_KEY_PASSWORD to the passphrase it was made with; if that is right, the file is damaged",
    ...(cause === undefined ? {} : { cause }),
  });
}
