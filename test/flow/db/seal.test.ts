import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { generateKeyPair } from "../../../src/attest/key/generate.ts";
import { privateKeyAt, publicKeyAt, sealWith, unsealUnchecked, unsealWith } from "../../../src/flow/db/seal.ts";
import { temporaryFolder } from "../../support/temporary.ts";

async function keyFiles(passphrase: string | null = null) {
  const folder = await temporaryFolder();
  const pair = generateKeyPair({ passphrase });
  const [privateKey, publicKey] = [join(folder, "a.key"), join(folder, "a.pub")];
  await writeFile(privateKey, pair.privateKey);
  await writeFile(publicKey, pair.publicKey);
  return { folder, id: pair.id, privateKey, publicKey };
}

const payload = Buffer.from("{}");

it("what is sealed with a key is unsealed with its counterpart, named by its id", async () => {
  const { id, privateKey, publicKey } = await keyFiles("open sesame");
  const envelope = sealWith(await privateKeyAt(privateKey, "open sesame"))(payload, "text/plain");
  const unsealed = unsealWith([await publicKeyAt(publicKey)], "a.bundle")(envelope);
  expect(unsealed).toMatchObject({ payloadType: "text/plain", keyId: id });
  expect(Buffer.from(unsealed.payload)).toEqual(payload);
  expect(unsealUnchecked("a.bundle")(envelope).keyId).toBeNull();
});

it.each([
  ["signed, without a key", true, false, /no key was given/, /--verify-key/],
  ["signed by another", true, true, /not by the key/, /someone else/],
  ["not signed", false, true, /no signature/, /--sign-key/],
])("what is %s is not verified, and the hint fits", async (_, signed, named, message, hint) => {
  const { privateKey } = await keyFiles();
  const { publicKey } = await keyFiles();
  const envelope = sealWith(signed ? await privateKeyAt(privateKey, null) : null)(payload, "text/plain");
  const keys = named ? [await publicKeyAt(publicKey)] : [];
  expect(() => unsealWith(keys, "a.bundle")(envelope)).toThrow(
    expect.objectContaining({
      code: "VULN_BUNDLE_NOT_VERIFIED",
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    }),
  );
});

it("files that hold no key are refused by name, however large they are", async () => {
  const { folder, privateKey, publicKey } = await keyFiles();
  await writeFile(join(folder, "large"), Buffer.alloc(1_000_000));
  for (const name of ["none", "large", "."]) {
    await expect(publicKeyAt(join(folder, name))).rejects.toMatchObject({
      code: "ATTEST_KEY_INVALID",
      message: expect.stringContaining(join(folder, name)),
    });
  }
  await expect(publicKeyAt(privateKey)).rejects.toThrow(/private key/);
  await expect(privateKeyAt(publicKey, null)).rejects.toMatchObject({ code: "ATTEST_KEY_INVALID" });
});
