import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { generateKeyPair } from "../../../src/attest/key/generate.ts";
import { readPrivateKey, readPublicKey } from "../../../src/attest/key/read.ts";
import { signBytes, signerOf } from "../../../src/attest/signature.ts";
import { cosign, cosignPassword, cosignProgram } from "../../support/cosign.ts";
import { has, run } from "../../support/program.ts";
import { refusal } from "../../support/refusal.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const passphrase = "ein Satz, länger als nötig";

function bytes(text: string): Uint8Array {
  return Buffer.from(text);
}

/** Whether what is signed with the private key is found to be by the public one. */
function isPair(privateKey: Uint8Array, publicKey: Uint8Array, secret: string | null = null): boolean {
  const data = bytes("data");
  const signature = signBytes(data, readPrivateKey(privateKey, "a.key", { passphrase: secret }));
  return signerOf(data, { signature, keys: [readPublicKey(publicKey, "a.pub")] }) !== null;
}

describe("a key pair of ours", () => {
  it("can be read, with its passphrase where it has one, and is a new one every time", () => {
    const [plain, encrypted] = [generateKeyPair(), generateKeyPair({ passphrase })];
    expect(isPair(bytes(plain.privateKey), bytes(plain.publicKey))).toBe(true);
    expect(isPair(bytes(encrypted.privateKey), bytes(encrypted.publicKey), passphrase)).toBe(true);
    expect(isPair(bytes(plain.privateKey), bytes(encrypted.publicKey))).toBe(false);
    expect(readPublicKey(bytes(plain.publicKey), "a.pub").id).toBe(plain.id);
    expect(encrypted.privateKey).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
  });

  it("is not opened without its passphrase, or with another", () => {
    const { privateKey } = generateKeyPair({ passphrase });
    const read = (given: string | null) => () => readPrivateKey(bytes(privateKey), "a.key", { passphrase: given });
    expect(read(null)).toThrow(refusal("ATTEST_KEY_PASSWORD", "a.key is encrypted, and no passphrase was given"));
    expect(read("")).toThrow(refusal("ATTEST_KEY_PASSWORD", "a.key cannot be decrypted"));
    expect(read(`${passphrase} `)).toThrow(refusal("ATTEST_KEY_PASSWORD", "a.key cannot be decrypted"));
  });
});

describe("files that are no keys", () => {
  const { publicKey, privateKey } = generateKeyPair();

  it.each([
    ["nothing", "", "is no"],
    ["a text", "hello", "is no"],
    ["a block without an end", publicKey.slice(0, -10), "is no"],
    ["a block with other content", publicKey.replace(/\n.*\n/, "\nAAAA\n"), "a.pem"],
    ["a file of many bytes", "-----BEGIN PUBLIC KEY-----\n".repeat(2000), "has 54000 bytes"],
  ])("are refused: %s", (_what, text, message) => {
    expect(() => readPublicKey(bytes(text), "a.pem")).toThrow(refusal("ATTEST_KEY_INVALID", message));
    expect(() => readPrivateKey(bytes(text), "a.pem")).toThrow(refusal("ATTEST_KEY_INVALID"));
  });

  it("are told apart from the other half of a pair", () => {
    const swapped = () => readPublicKey(bytes(privateKey), "a.key");
    expect(swapped).toThrow(refusal("ATTEST_KEY_INVALID", "a.key is a private key"));
    expect(() => readPrivateKey(bytes(publicKey), "a.pub")).toThrow(refusal("ATTEST_KEY_INVALID", "no private key"));
  });
});

describe.skipIf(!has("openssl"))("keys and openssl (needs openssl)", () => {
  async function folder() {
    const path = await temporaryFolder();
    const at = (name: string) => join(path, name);
    return { at, read: (name: string) => readFileSync(at(name)), openssl: (...args: string[]) => run("openssl", args) };
  }

  it("interchange: it reads ours, encrypted and not, and we read its own, whatever form they have", async () => {
    const { at, read, openssl } = await folder();
    const ours = generateKeyPair({ passphrase });
    writeFileSync(at("ours.key"), ours.privateKey);
    expect(openssl("pkey", "-in", at("ours.key"), "-passin", `pass:${passphrase}`, "-pubout")).toBe(ours.publicKey);
    writeFileSync(at("plain.key"), generateKeyPair().privateKey);
    expect(openssl("pkey", "-in", at("plain.key"), "-noout", "-text")).toContain("ASN1 OID: prime256v1");

    const p256 = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
    openssl("genpkey", ...p256, "-out", at("pkcs8.key"));
    openssl("pkey", "-in", at("pkcs8.key"), "-pubout", "-out", at("its.pub"));
    openssl("pkey", "-in", at("pkcs8.key"), "-aes256", "-passout", `pass:${passphrase}`, "-out", at("encrypted.key"));
    openssl("ec", "-in", at("pkcs8.key"), "-out", at("sec1.key"));
    const old = ["-aes128", "-passout", `pass:${passphrase}`, "-out", at("old.key")];
    openssl("ec", "-in", at("pkcs8.key"), ...old);
    writeFileSync(at("parameters.key"), `${openssl("ecparam", "-name", "prime256v1")}${read("sec1.key")}`);
    expect(read("old.key").toString()).toContain("Proc-Type: 4,ENCRYPTED");
    for (const [name, secret] of [
      ["pkcs8.key", null],
      ["sec1.key", null],
      ["parameters.key", null],
      ["encrypted.key", passphrase],
      ["old.key", passphrase],
    ] as const) {
      expect(isPair(read(name), read("its.pub"), secret), name).toBe(true);
    }
    for (const name of ["encrypted.key", "old.key"]) {
      expect(() => readPrivateKey(read(name), name, { passphrase: "no" })).toThrow(refusal("ATTEST_KEY_PASSWORD"));
      expect(() => readPrivateKey(read(name), name)).toThrow(refusal("ATTEST_KEY_PASSWORD"));
    }
    openssl("pkey", "-pubin", "-in", at("its.pub"), "-outform", "DER", "-out", at("its.der"));
    const id = createHash("sha256").update(read("its.der")).digest("hex");
    expect(readPublicKey(read("its.pub"), "its.pub").id).toBe(id);
  });

  it.each([
    ["EC secp384r1", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]],
    ["EC secp256k1", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"]],
    ["RSA 2048", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]],
    ["ED25519", ["-algorithm", "ED25519"]],
  ])("are refused where they are of another kind, which is named: %s", async (kind, args) => {
    const { at, read, openssl } = await folder();
    openssl("genpkey", ...args, "-out", at("its.key"));
    openssl("pkey", "-in", at("its.key"), "-pubout", "-out", at("its.pub"));
    const message = (name: string) => `${name} is a key of the kind ${kind}, and only ECDSA on the curve P-256`;
    expect(() => readPublicKey(read("its.pub"), "its.pub")).toThrow(refusal("ATTEST_KEY_INVALID", message("its.pub")));
    expect(() => readPrivateKey(read("its.key"), "its.key")).toThrow(refusal("ATTEST_KEY_INVALID", message("its.key")));
  });

  it("are not taken out of a certificate", async () => {
    const { at, read, openssl } = await folder();
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    openssl("req", "-x509", ...curve, "-keyout", at("its.key"), "-subj", "/CN=me", "-out", at("its.crt"));
    const certificate = () => readPublicKey(read("its.crt"), "its.crt");
    expect(certificate).toThrow(refusal("ATTEST_KEY_INVALID", "its.crt is a certificate"));
  });
});

describe.skipIf(cosignProgram === null)("keys and cosign (needs cosign)", () => {
  it("read as cosign writes them, with their password and no other", async () => {
    const path = await temporaryFolder();
    await cosign(path, "generate-key-pair");
    const [secret, open] = ["cosign.key", "cosign.pub"].map((name) => readFileSync(join(path, name)));
    if (secret === undefined || open === undefined) throw new Error("cosign made no keys");
    expect(isPair(secret, open, cosignPassword)).toBe(true);
    const read = (given: string | null) => () => readPrivateKey(secret, "cosign.key", { passphrase: given });
    expect(read("another")).toThrow(refusal("ATTEST_KEY_PASSWORD", "cosign.key cannot be decrypted"));
    expect(read(null)).toThrow(refusal("ATTEST_KEY_PASSWORD", "cosign.key is encrypted"));
  });
});

describe("a private key in cosign's form", () => {
  const sealed = {
    kdf: { name: "scrypt", params: { N: 2 ** 15, r: 8, p: 1 }, salt: "AAAA" },
    cipher: { name: "nacl/secretbox", nonce: Buffer.alloc(24).toString("base64") },
    ciphertext: "AAAA",
  };

  it.each([
    ["no JSON", "hello", "is not JSON"],
    ["another derivation", { ...sealed, kdf: { ...sealed.kdf, name: "argon2" } }, "in another way"],
    ["work for hours", { ...sealed, kdf: { ...sealed.kdf, params: { N: 2 ** 40, r: 8, p: 1 } } }, "more work"],
    ["an impossible cost", { ...sealed, kdf: { ...sealed.kdf, params: { N: 3, r: 8, p: 1 } } }, "more work"],
    ["a short nonce", { ...sealed, cipher: { ...sealed.cipher, nonce: "AAAA" } }, "24 bytes"],
    ["no text", { ...sealed, ciphertext: null }, "ciphertext is not a string"],
  ])("is refused with %s", (_what, content, message) => {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    const label = "ENCRYPTED SIGSTORE PRIVATE KEY";
    const pem = `-----BEGIN ${label}-----\n${Buffer.from(text).toString("base64")}\n-----END ${label}-----\n`;
    const read = () => readPrivateKey(bytes(pem), "a.key", { passphrase });
    expect(read).toThrow(refusal("ATTEST_KEY_INVALID", message));
  });
});
