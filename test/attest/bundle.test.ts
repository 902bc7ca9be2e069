import { describe, expect, it } from "vitest";
import { isBundle, parseBundle } from "../../src/attest/bundle.ts";
import { encodeJson } from "../../src/oci/json.ts";
import { refusal } from "../support/refusal.ts";

const dsseEnvelope = { payloadType: "text/plain", payload: "YQ==", signatures: [{ sig: "YQ==", keyid: "a hint" }] };
const document = {
  mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
  verificationMaterial: { publicKey: { hint: "a hint" } },
  dsseEnvelope,
};

function parse(changes: object) {
  return parseBundle(encodeJson({ ...document, ...changes }), "x");
}

describe("a Sigstore bundle", () => {
  it("of any version there is holds an envelope, and says whether its key is in a certificate", () => {
    for (const version of [".v0.3+json", "+json;version=0.1", "+json;version=0.2", "+json;version=0.3"]) {
      const mediaType = `application/vnd.dev.sigstore.bundle${version}`;
      expect(isBundle(mediaType)).toBe(true);
      expect(parse({ mediaType })).toMatchObject({ envelope: { payloadType: "text/plain" }, isKeyless: false });
    }
    expect(parse({ verificationMaterial: { certificate: {} } }).isKeyless).toBe(true);
    expect(parse({ verificationMaterial: { x509CertificateChain: {} } }).isKeyless).toBe(true);
    expect(parse({ dsseEnvelope: undefined, messageSignature: {} }).envelope).toBeNull();
  });

  it.each([
    ["of an unknown version", { mediaType: "application/vnd.dev.sigstore.bundle.v1+json" }, "unknown version"],
    ["without a media type", { mediaType: null }, "mediaType is not a string"],
    ["without material", { verificationMaterial: null }, "verificationMaterial is not an object"],
    ["with an envelope that is none", { dsseEnvelope: [] }, "dsseEnvelope is not an object"],
    ["without a signature", { dsseEnvelope: { ...dsseEnvelope, signatures: [] } }, "one signature, not 0"],
  ])("%s is refused", (_what, changes, message) => {
    expect(() => parse(changes)).toThrow(refusal("ATTEST_DOCUMENT_INVALID", message));
  });
});
