import type { Command } from "../command.ts";

/** `hardpan key generate`: a key pair to sign with. */
export const keyGenerateCommand: Command = {
  name: "key generate",
  summary: "make a key pair to sign with",
  description:
    "Make a key pair for ECDSA on the curve P-256 and write it to PREFIX.key and PREFIX.pub, as openssl reads it; cosign takes PREFIX.pub. What is there is not overwritten. With the variable HARDPAN_KEY_PASSWORD the private key is encrypted.",
  arguments: [],
  options: [{ form: "--output-key-prefix <PREFIX>", explanation: "what the two files are called", default: "hardpan" }],
  examples: [
    ["hardpan key generate", "writes hardpan.key, to sign with, and hardpan.pub, to check signatures with"],
    ["hardpan key generate --output-key-prefix keys/release", "writes keys/release.key and keys/release.pub"],
  ],
  async run({ options }, context) {
    const { generateKeys } = await import("../../flow/key/generate.ts");
    const passphrase = context.environment["HARDPAN_KEY_PASSWORD"] || null;
    const keys = await generateKeys(options.text("outputKeyPrefix") ?? "hardpan", { passphrase });
    if (!keys.encrypted) {
      context.note(
        `note: ${keys.privateKey} is not encrypted, and who can read it can sign with it; set HARDPAN_KEY_PASSWORD to have it encrypted`,
      );
    }
    return {
      json: { schema: "hardpan/key-generate/1", ...keys },
      text: () =>
        `${keys.privateKey}: the private key, to sign with; keep it to yourself\n` +
        `${keys.publicKey}: the public key, for those who check signatures\nkey ${keys.id}\n`,
    };
  },
};
