import { describe, expect, it } from "vitest";
import { encodeBase64 } from "../../src/attest/base64.ts";
import { parseEnvelope, preAuthenticationEncoding, signEnvelope, verifyEnvelope } from "../../src/attest/dsse.ts";
import { AttestError } from "../../src/attest/error.ts";
import { signBytes } from "../../src/attest/signature.ts";
import { refusal } from "../support/refusal.ts";
import { newKey } from "./keys.ts";

const payloadType = "application/vnd.in-toto+json";
const payload = new TextEncoder().encode('{"hello":"wörld"}');
const [ann, bob] = [newKey("ann.pub"), newKey("bob.pub")];
const keys = [ann.publicKey];

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** The members of an envelope by Ann, with `changes`. */
function envelope(changes: object = {}): Uint8Array {
  const signed: object = JSON.parse(new TextDecoder().decode(signEnvelope(payload, { payloadType, keys: [ann.key] })));
  return json({ ...signed, ...changes });
}

function signatureBy({ key }: typeof ann, type = payloadType): { readonly sig: string } {
  return { sig: encodeBase64(signBytes(preAuthenticationEncoding(type, payload), key)) };
}

describe("preAuthenticationEncoding", () => {
  it("is that of the specification's example, and counts bytes", () => {
    const text = (type: string, content: string) =>
      new TextDecoder().decode(preAuthenticationEncoding(type, new TextEncoder().encode(content)));
    expect(text("http://example.com/HelloWorld", "hello world")).toBe(
      "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
    );
    expect(text("é", "ü")).toBe("DSSEv1 2 é 2 ü");
  });
});

describe("an envelope", () => {
  it("gives back what was signed, and verifies with the key it was signed with and no other", () => {
    const read = parseEnvelope(envelope(), "x");
    expect(new Uint8Array(read.payload)).toEqual(payload);
    expect(read.payloadType).toBe(payloadType);
    expect(verifyEnvelope(read, { keys: [bob.publicKey, ann.publicKey] })).toEqual({
      ...{ kind: "verified", keyId: ann.publicKey.id, by: "envelope" },
    });
    expect(verifyEnvelope(read, { keys: [bob.publicKey] })).toEqual({
      ...{ kind: "not verified", reason: "its signature is not by the key bob.pub" },
    });
    expect(verifyEnvelope(read, { keys: [] })).toMatchObject({
      ...{ kind: "not verified", reason: expect.stringContaining("no key was given") },
    });
  });

  it("needs one signature by a known key out of several, whatever they call their keys", () => {
    const strange = { ...signatureBy(bob), keyid: ann.publicKey.id };
    const known = { ...signatureBy(ann), keyid: "nobody knows this one" };
    expect(verifyEnvelope(parseEnvelope(envelope({ signatures: [strange, known] }), "x"), { keys })).toMatchObject({
      kind: "verified",
    });
    expect(verifyEnvelope(parseEnvelope(envelope({ signatures: [strange] }), "x"), { keys })).toMatchObject({
      kind: "not verified",
    });
    const both = parseEnvelope(signEnvelope(payload, { payloadType, keys: [bob.key, ann.key] }), "x");
    for (const { publicKey } of [ann, bob]) {
      expect(verifyEnvelope(both, { keys: [publicKey] })).toMatchObject({ kind: "verified", keyId: publicKey.id });
    }
  });

  it("is unsigned without signatures", () => {
    for (const signatures of [[], null, undefined]) {
      expect(verifyEnvelope(parseEnvelope(envelope({ signatures }), "x"), { keys })).toMatchObject({
        kind: "unsigned",
      });
    }
  });

  it("does not verify for another payload, another type, or a signature of the bare payload", () => {
    const bare = { sig: encodeBase64(signBytes(payload, ann.key)) };
    for (const changes of [
      { payload: encodeBase64(new TextEncoder().encode('{"hello":"earth"}')) },
      { payloadType: "text/plain" },
      { signatures: [signatureBy(ann, "text/plain")] },
      { signatures: [bare] },
      { signatures: [{ sig: "" }] },
      { signatures: [{ sig: "AAAA" }] },
    ]) {
      expect(verifyEnvelope(parseEnvelope(envelope(changes), "x"), { keys })).toMatchObject({ kind: "not verified" });
    }
  });

  it("is never verified with another payload or type, whichever bit of it is flipped", () => {
    const bytes = envelope();
    const outcomes = { refused: 0, "not verified": 0, unsigned: 0, verified: 0 };
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const at = bit >> 3;
      const changed = bytes.with(at, (bytes[at] ?? 0) ^ (1 << (bit & 7)));
      try {
        const read = parseEnvelope(changed, "x");
        const { kind } = verifyEnvelope(read, { keys });
        outcomes[kind]++;
        if (kind !== "verified") continue;
        // What a bit may change in a valid envelope is what nobody has signed: the name of the key.
        expect(new Uint8Array(read.payload)).toEqual(payload);
        expect(read.payloadType).toBe(payloadType);
        expect(new TextDecoder().decode(changed).replace(/"[^"]*":"[^"]*","sig"/, '"sig"')).toBe(
          new TextDecoder().decode(bytes).replace(/"[^"]*":"[^"]*","sig"/, '"sig"'),
        );
      } catch (cause) {
        if (!(cause instanceof AttestError)) throw cause;
        outcomes.refused++;
      }
    }
    expect(outcomes.verified).toBeLessThan(8 * 10);
    expect(outcomes["not verified"]).toBeGreaterThan(200);
    expect(outcomes.refused).toBeGreaterThan(200);
  });

  it.each([
    ["no JSON", new TextEncoder().encode("hello"), "is not JSON"],
    ["a list", json([]), "is not an object"],
    ["no payload", envelope({ payload: null }), "payload is not a string"],
    ["a payload that is not base64", envelope({ payload: "*" }), "payload is not base64"],
    ["no payload type", envelope({ payloadType: 7 }), "payloadType is not a string"],
    ["signatures that are none", envelope({ signatures: {} }), "signatures is not an array"],
    ["a signature that is not base64", envelope({ signatures: [{ sig: "a" }] }), "signatures[0].sig is not base64"],
    ["too many signatures", envelope({ signatures: Array(33).fill(signatureBy(ann)) }), "has 33 signatures"],
    ["a member given twice", Buffer.from('{"payload":"","payload":"YQ=="}'), "twice"],
  ])("is refused with %s", (_what, bytes, message) => {
    expect(() => parseEnvelope(bytes, "x")).toThrow(refusal("ATTEST_DOCUMENT_INVALID", message));
  });

  it("may be in the URL alphabet of base64", () => {
    const inUrls = (text: string) => text.replaceAll("+", "-").replaceAll("/", "_");
    const bytes = new Uint8Array([0xfb, 0xff, 0xfe]);
    const signature = signBytes(preAuthenticationEncoding(payloadType, bytes), ann.key);
    const signatures = [{ sig: inUrls(encodeBase64(signature)) }];
    const read = parseEnvelope(json({ payloadType, payload: "-__-", signatures }), "x");
    expect(new Uint8Array(read.payload)).toEqual(bytes);
    expect(verifyEnvelope(read, { keys }).kind).toBe("verified");
  });
});
