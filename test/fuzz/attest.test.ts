import { describe, expect, it } from "vitest";
import { parseBundle } from "../../src/attest/bundle.ts";
import { parseEnvelope, signEnvelope, verifyEnvelope } from "../../src/attest/dsse.ts";
import { generateKeyPair } from "../../src/attest/key/generate.ts";
import { readPrivateKey, readPublicKey } from "../../src/attest/key/read.ts";
import { signedDigest } from "../../src/attest/simple-signing.ts";
import { parseStatement, statementType } from "../../src/attest/statement.ts";
import { sha256Digest } from "../../src/oci/digest.ts";
import { encodeJson } from "../../src/oci/json.ts";
import { openvex, statementOf } from "../attest/attached.ts";
import { newKey } from "../attest/keys.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const { key, publicKey } = newKey();
const keys = [publicKey];
const digest = sha256Digest("image");
const statement = statementOf({ subjects: [digest], predicate: openvex() });
const envelope = signEnvelope(statement, { payloadType: statementType, keys: [key] });
const bundle = encodeJson({
  mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
  verificationMaterial: { publicKey: { hint: "" } },
  dsseEnvelope: JSON.parse(Buffer.from(envelope).toString()),
});
const payload = encodeJson({
  critical: { image: { "docker-manifest-digest": digest }, type: "cosign container image signature" },
});
const pem = generateKeyPair();

/** Each kind of document, and a reader of it that expects what must be true of whatever it reads. */
const readers: readonly (readonly [name: string, document: Uint8Array, read: (bytes: Uint8Array) => void])[] = [
  ["an envelope", envelope, (bytes) => expectSigned(parseEnvelope(bytes, "x"))],
  ["a bundle", bundle, (bytes) => expectSigned(parseBundle(bytes, "x").envelope)],
  ["a statement", statement, (bytes) => expect(parseStatement(bytes, "x").subjects.length).toBeLessThan(10)],
  ["the payload of a signature", payload, (bytes) => expect(signedDigest(bytes, "x")).toMatch(/^sha256:[a-f0-9]{64}$/)],
  ["a public key", Buffer.from(pem.publicKey), (bytes) => expect(readPublicKey(bytes, "x").id).toHaveLength(64)],
  ["a private key", Buffer.from(pem.privateKey), (bytes) => void readPrivateKey(bytes, "x")],
];

/** What verifies is what was signed. */
function expectSigned(read: ReturnType<typeof parseEnvelope> | null): void {
  if (read === null || verifyEnvelope(read, { keys }).kind !== "verified") return;
  expect(Buffer.from(read.payload).equals(statement)).toBe(true);
  expect(read.payloadType).toBe(statementType);
}

describe.each(readers)("%s under mutation", (_name, document, read) => {
  it("is read or refused with a coded error, and verifies with nothing but what was signed", async () => {
    const random = seeded(51);
    expect(() => read(document)).not.toThrow();
    for (let round = 0; round < fuzzRounds(400); round++) {
      const changed = mutate(document, random);
      await readsOrRefuses(() => read(changed));
    }
  });
});
