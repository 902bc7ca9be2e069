import { describe, expect, it } from "vitest";
import { signedDigest } from "../../src/attest/simple-signing.ts";
import { sha256Digest } from "../../src/oci/digest.ts";
import { encodeJson } from "../../src/oci/json.ts";
import { refusal } from "../support/refusal.ts";

const digest = sha256Digest("image");
const critical = {
  identity: { "docker-reference": "registry.example/app" },
  image: { "docker-manifest-digest": digest },
  type: "cosign container image signature",
};

describe("the payload of a signature", () => {
  it("names a manifest, whatever it calls the image", () => {
    expect(signedDigest(encodeJson({ critical, optional: null }), "x")).toBe(digest);
    expect(signedDigest(encodeJson({ critical: { ...critical, identity: null } }), "x")).toBe(digest);
  });

  it.each([
    ["of another type", { critical: { ...critical, type: "atomic container signature" } }, "no payload"],
    ["without an image", { critical: { ...critical, image: null } }, "critical.image is not an object"],
    ["without a digest", { critical: { ...critical, image: {} } }, "docker-manifest-digest is not a string"],
    [
      "with a digest of another kind",
      { critical: { ...critical, image: { "docker-manifest-digest": "md5:1" } } },
      "not a sha256",
    ],
    ["without anything", {}, "critical is not an object"],
    ["with more than a payload has", { critical, optional: "x".repeat(2 ** 16) }, "more than 65536"],
  ])("%s is refused", (_what, document, message) => {
    expect(() => signedDigest(encodeJson(document), "x")).toThrow(refusal("ATTEST_DOCUMENT_INVALID", message));
  });
});
