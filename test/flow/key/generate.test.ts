import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readPrivateKey, readPublicKey } from "../../../src/attest/key/read.ts";
import { generateKeys } from "../../../src/flow/key/generate.ts";
import { refusal } from "../../support/refusal.ts";
import { temporaryFolder } from "../../support/temporary.ts";

describe("generateKeys", () => {
  it("writes two files, of which only the owner can read the private one", async () => {
    const folder = await temporaryFolder();
    const prefix = join(folder, "new", "release");
    const keys = await generateKeys(prefix, { passphrase: null });
    expect(keys).toEqual({
      ...{ privateKey: `${prefix}.key`, publicKey: `${prefix}.pub`, id: expect.any(String), encrypted: false },
    });
    expect((await stat(keys.privateKey)).mode & 0o777).toBe(0o600);
    expect(readPrivateKey(await readFile(keys.privateKey), "x").publicKey.id).toBe(keys.id);
    expect(readPublicKey(await readFile(keys.publicKey), "x").id).toBe(keys.id);
  });

  it("encrypts the private one with a passphrase", async () => {
    const prefix = join(await temporaryFolder(), "release");
    const keys = await generateKeys(prefix, { passphrase: "secret" });
    expect(keys.encrypted).toBe(true);
    const bytes = await readFile(keys.privateKey);
    expect(readPrivateKey(bytes, "x", { passphrase: "secret" }).publicKey.id).toBe(keys.id);
    expect(() => readPrivateKey(bytes, "x")).toThrow(refusal("ATTEST_KEY_PASSWORD"));
  });

  it.each(["release.key", "release.pub"])("overwrites nothing: with %s there, neither is written", async (taken) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, taken), "mine");
    await expect(generateKeys(join(folder, "release"), { passphrase: null })).rejects.toEqual(
      refusal("FLOW_KEY_EXISTS", taken),
    );
    expect(await readdir(folder)).toEqual([taken]);
    expect(await readFile(join(folder, taken), "utf8")).toBe("mine");
  });

  it("says where nothing can be written", async () => {
    const prefix = join(await temporaryFolder(), "x".repeat(300));
    await expect(generateKeys(prefix, { passphrase: null })).rejects.toEqual(refusal("CONTENT_UNWRITABLE", "xxx"));
  });
});
