import { execFileSync } from "node:child_process";
import { generateKey, readKey, reformatKey } from "openpgp";
import { describe, expect, it } from "vitest";
import { debianKeys } from "../../src/apt/keys.ts";
import { debianTrust, readNamedKeys, readTrustedKeys, verifySigned } from "../../src/apt/trust.ts";
import { clearsign, strangerKey, testKey } from "../support/debian-archive.ts";
import { has } from "../support/program.ts";

const date = new Date("2026-01-10T00:00:00Z");
const now = Date.parse("2026-01-15T00:00:00Z");
const text = "Origin: Debian\nSuite: stable\n- a dash\n-----a line of dashes-----\ntrailing   \n";

async function testPin() {
  const key = await testKey();
  return { key, pins: [{ fingerprint: key.getFingerprint().toUpperCase(), name: "Test" }] };
}

async function verify(
  document: string | Uint8Array,
  pins: readonly { fingerprint: string; name: string }[],
  keyring: Uint8Array,
) {
  const keys = await readTrustedKeys(keyring, pins);
  return await verifySigned(Buffer.from(document), { keys, now, name: "InRelease" });
}

describe("verifySigned", () => {
  it("returns exactly what was signed, and by which primary key, though a subkey signed", async () => {
    const { key, pins } = await testPin();
    const document = await clearsign(text, { key, date });
    const keyring = key.toPublic().write();
    const signed = await verify(`${document}garbage after the signature\n`, pins, keyring);
    expect(signed).toEqual({ text: text.replace("trailing   ", "trailing"), signedBy: [pins[0]?.fingerprint] });
    expect((await readKey({ binaryKey: keyring })).subkeys.length).toBe(1);
  });

  it("takes an armored keyring, and of several signatures the known ones", async () => {
    const { key, pins } = await testPin();
    const stranger = await strangerKey();
    const document = await clearsign(text, { key: [stranger, key], date });
    expect((await verify(document, pins, Buffer.from(key.toPublic().armor()))).signedBy).toEqual([
      pins[0]?.fingerprint,
    ]);
  });

  it("takes a file of several armored blocks with text around them, and counts each of a named keyring's keys", async () => {
    const key = await testKey();
    const stranger = await strangerKey();
    const file = `Keys of a vendor\r\n\n${stranger.toPublic().armor()}\nand\n${key.toPublic().armor()}`;
    const keys = await readNamedKeys(Buffer.from(file), "vendor.asc");
    for (const signer of [key, stranger]) {
      const document = Buffer.from(await clearsign(text, { key: signer, date }));
      const { signedBy } = await verifySigned(document, { keys, now, name: "InRelease" });
      expect(signedBy).toEqual([signer.getFingerprint().toUpperCase()]);
    }
    await expect(readNamedKeys(Buffer.from("<html>"), "vendor.asc")).rejects.toMatchObject({
      code: "APT_KEYRING_MISSING",
      message: expect.stringContaining("vendor.asc"),
    });
  });

  it("refuses a key that is in the keyring but not pinned", async () => {
    const { pins } = await testPin();
    const stranger = await strangerKey();
    const document = await clearsign(text, { key: stranger, date });
    await expect(verify(document, pins, stranger.toPublic().write())).rejects.toMatchObject({
      code: "APT_KEY_UNKNOWN",
    });
  });

  it("refuses a stranger's subkey that was put under a pinned key", async () => {
    const { key, pins } = await testPin();
    const stranger = await strangerWithSubkey();
    const forged = key.toPublic();
    const [subkey] = stranger.toPublic().subkeys;
    if (subkey === undefined) throw new Error("the stranger has no subkey");
    forged.subkeys.push(subkey);
    const document = await clearsign(text, { key: stranger, date });
    await expect(verify(document, pins, forged.write())).rejects.toMatchObject({ code: "APT_SIGNATURE_INVALID" });
  });

  it("refuses two keys with the same key ID", async () => {
    const { key, pins } = await testPin();
    const twice = Buffer.concat([key.toPublic().write(), key.toPublic().write()]);
    await expect(readTrustedKeys(twice, pins)).rejects.toMatchObject({ code: "APT_KEYRING_MISSING" });
  });

  it.each([
    ["nothing", ""],
    ["a Release without signature", text],
    ["text before the signed part", `Suite: evil\n\n-----BEGIN PGP SIGNED MESSAGE-----\n`],
  ])("refuses %s", async (_, document) => {
    const { key, pins } = await testPin();
    await expect(verify(document, pins, key.toPublic().write())).rejects.toMatchObject({ code: "APT_UNSIGNED" });
  });

  it("refuses a signature of a key that had expired", async () => {
    const { privateKey } = await generateKey({
      userIDs: [{ name: "Short" }],
      date: new Date("2020-01-01T00:00:00Z"),
      keyExpirationTime: 3600,
      format: "object",
    });
    const pins = [{ fingerprint: privateKey.getFingerprint().toUpperCase(), name: "Short" }];
    // Signed with a longer-lived edition of the same key, which the keyring does not have.
    const revived = await reformatKey({
      privateKey,
      userIDs: [{ name: "Short" }],
      date: new Date("2020-01-01T00:00:00Z"),
      format: "object",
    });
    const document = await clearsign(text, { key: revived.privateKey, date });
    await expect(verify(document, pins, privateKey.toPublic().write())).rejects.toMatchObject({
      code: "APT_SIGNATURE_INVALID",
      message: expect.stringMatching(/expired/),
    });
  });

  it("refuses bytes that are no keyring", async () => {
    await expect(readTrustedKeys(Buffer.from("nonsense"), [])).rejects.toMatchObject({ code: "APT_KEYRING_MISSING" });
  });

  it("notices any flipped byte: what is returned is always what was signed", async () => {
    const { key, pins } = await testPin();
    const document = Buffer.from(await clearsign(text, { key, date }));
    const keys = await readTrustedKeys(key.toPublic().write(), pins);
    const { text: original } = await verifySigned(document, { keys, now, name: "InRelease" });
    let refused = 0;
    for (let at = 0; at < document.length; at++) {
      for (const bit of [0x01, 0x80]) {
        const flipped = Buffer.from(document);
        flipped[at] = (flipped[at] ?? 0) ^ bit;
        const outcome = await verifySigned(flipped, { keys, now, name: "InRelease" }).catch((error) => error);
        if (outcome instanceof Error) {
          expect(outcome).toMatchObject({
            code: expect.stringMatching(/^APT_(UNSIGNED|SIGNATURE_INVALID|KEY_UNKNOWN)$/),
          });
          refused += 1;
        } else {
          expect(outcome.text).toBe(original);
        }
      }
    }
    expect(refused / (2 * document.length)).toBeGreaterThan(0.8);
  });
});

async function strangerWithSubkey() {
  const { privateKey } = await generateKey({
    userIDs: [{ name: "A stranger" }],
    date: new Date("2020-01-01T00:00:00Z"),
    subkeys: [{ sign: true }],
    format: "object",
  });
  return privateKey;
}

const hostKeyring = await debianTrust().keyring();

describe("the pins", () => {
  it("are whole fingerprints, each once", () => {
    const fingerprints = debianKeys.map((key) => key.fingerprint);
    expect(new Set(fingerprints).size).toBe(fingerprints.length);
    for (const fingerprint of fingerprints) expect(fingerprint).toMatch(/^[0-9A-F]{40}$/);
  });

  it.skipIf(hostKeyring === null)(
    "are the keys of the host's Debian keyring, by name (skipped without one)",
    async () => {
      const { keys } = await readTrustedKeys(hostKeyring ?? new Uint8Array(), debianKeys);
      const named = new Map(debianKeys.map((key) => [key.fingerprint, key.name]));
      expect(keys.length).toBeGreaterThan(0);
      for (const key of keys) {
        expect(key.getUserIDs().join()).toContain(named.get(key.getFingerprint().toUpperCase()));
      }
    },
  );

  it.skipIf(hostKeyring === null || !has("gpg"))(
    "are read from it as gpg reads them (skipped without gpg or keyring)",
    async () => {
      const { keys } = await readTrustedKeys(hostKeyring ?? new Uint8Array(), debianKeys);
      const listed = execFileSync("gpg", ["--show-keys", "--with-colons"], {
        input: hostKeyring ?? "",
        encoding: "utf8",
        stdio: ["pipe", "pipe", "ignore"],
      });
      for (const key of keys) expect(listed).toContain(`fpr:::::::::${key.getFingerprint().toUpperCase()}:`);
    },
  );
});
