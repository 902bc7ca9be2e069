import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { signBlob, verifyBlob } from "../../src/attest/blob.ts";
import { generateKeyPair } from "../../src/attest/key/generate.ts";
import { readPrivateKey, readPublicKey } from "../../src/attest/key/read.ts";
import { cosign, cosignPassword, cosignProgram } from "../support/cosign.ts";
import { has, run } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { newKey } from "./keys.ts";

const content = Buffer.from("advisories\n".repeat(100_000));

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_537) yield bytes.subarray(at, at + 65_537);
}

describe("a detached signature", () => {
  const [ann, bob] = [newKey("ann.pub"), newKey("bob.pub")];
  const check = async (signature: string, bytes: Uint8Array = content, by = ann) =>
    await verifyBlob(pieces(bytes), { signature, keys: [by.publicKey] });

  it("is of its content and by its key, and of nothing else", async () => {
    const signature = await signBlob(pieces(content), ann.key);
    expect(await check(signature)).toEqual({ kind: "verified", keyId: ann.publicKey.id, by: "blob" });
    expect(await check(`${signature}\n`)).toMatchObject({ kind: "verified" });
    expect(await verifyBlob(pieces(content), { signature, keys: [bob.publicKey, ann.publicKey] })).toMatchObject({
      ...{ kind: "verified", keyId: ann.publicKey.id },
    });
    expect(await check(signature, content, bob)).toEqual({
      ...{ kind: "not verified", reason: "its signature is not by the key bob.pub" },
    });
    expect(await check(signature, content.subarray(1))).toMatchObject({ kind: "not verified" });
    expect(await check(signature, Buffer.concat([content, content]))).toMatchObject({ kind: "not verified" });
  });

  it("is no longer one when any bit of it is flipped", async () => {
    const small = Buffer.from("small");
    const text = await signBlob(pieces(small), ann.key);
    for (let bit = 0; bit < 8 * text.length; bit++) {
      const changed = Buffer.from(text);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(await check(changed.toString("latin1"), small), changed.toString("latin1")).toMatchObject({
        kind: "not verified",
      });
    }
  });

  it.each(["", " ", "hello", "A".repeat(2000), "AAAA", "-----BEGIN"])("is not %j", async (text) => {
    expect(await check(text)).toMatchObject({ kind: "not verified" });
  });
});

describe.skipIf(!has("openssl"))("detached signatures and openssl (needs openssl)", () => {
  it("are verified by it, and by us when it made them", async () => {
    const folder = await temporaryFolder();
    const at = (name: string) => join(folder, name);
    const pair = generateKeyPair();
    writeFileSync(at("a.key"), pair.privateKey);
    writeFileSync(at("a.pub"), pair.publicKey);
    writeFileSync(at("blob"), content);
    const key = readPrivateKey(readFileSync(at("a.key")), "a.key");
    writeFileSync(at("ours.sig"), Buffer.from(await signBlob(pieces(content), key), "base64"));
    const verify = ["dgst", "-sha256", "-verify", at("a.pub"), "-signature", at("ours.sig")];
    expect(run("openssl", [...verify, at("blob")])).toBe("Verified OK\n");
    expect(() => run("openssl", [...verify, at("a.pub")])).toThrow();

    run("openssl", ["dgst", "-sha256", "-sign", at("a.key"), "-out", at("its.sig"), at("blob")]);
    const signature = readFileSync(at("its.sig")).toString("base64");
    expect(await verifyBlob(pieces(content), { signature, keys: [key.publicKey] })).toMatchObject({ kind: "verified" });
  });
});

describe.skipIf(cosignProgram === null)("detached signatures and cosign (needs cosign)", () => {
  const offline = ["--insecure-ignore-tlog=true"];

  it("are verified by it with our public key, and by us when it made them", async () => {
    const folder = await temporaryFolder();
    const at = (name: string) => join(folder, name);
    const pair = generateKeyPair();
    writeFileSync(at("a.pub"), pair.publicKey);
    writeFileSync(at("blob"), content);
    const ours = await signBlob(pieces(content), readPrivateKey(Buffer.from(pair.privateKey), "a.key"));
    writeFileSync(at("ours.sig"), ours);
    const verify = async (blob: string) =>
      await cosign(folder, "verify-blob", "--key", "a.pub", "--signature", "ours.sig", ...offline, blob);
    await verify("blob");
    await expect(verify("a.pub")).rejects.toThrow("invalid signature");

    await cosign(folder, "generate-key-pair");
    await cosign(
      folder,
      "sign-blob",
      "--key",
      "cosign.key",
      "--tlog-upload=false",
      "--output-signature",
      "its.sig",
      "blob",
    );
    const keys = [readPublicKey(readFileSync(at("cosign.pub")), "cosign.pub")];
    const its = { signature: readFileSync(at("its.sig"), "utf8"), keys };
    expect(await verifyBlob(pieces(content), its)).toMatchObject({ kind: "verified" });

    const secret = readPrivateKey(readFileSync(at("cosign.key")), "cosign.key", { passphrase: cosignPassword });
    writeFileSync(at("with-its-key.sig"), await signBlob(pieces(content), secret));
    await cosign(folder, "verify-blob", "--key", "cosign.pub", "--signature", "with-its-key.sig", ...offline, "blob");
  });
});
