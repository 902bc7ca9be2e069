import { type Digest, isDigest } from "../oci/digest.ts";
import { asObject, asString } from "../oci/json.ts";
import { invalidAttestation, readObject } from "./document.ts";

/** What cosign's signatures of manifests are. */
export const simpleSigning = {
  /** Artifact type of a referrer that holds signatures. */
  artifactType: "application/vnd.dev.cosign.artifact.sig.v1+json",
  /** Media type of the payload that is signed. */
  layerType: "application/vnd.dev.cosign.simplesigning.v1+json",
  /** The annotation of the payload's layer that has the signature in base64. */
  annotation: "dev.cosignproject.cosign/signature",
} as const;

/** The largest payload that is read, in bytes. */
export const largestPayload = 2 ** 16;

/**
 * The manifest that a payload of cosign's "simple signing" is about (cosign, specs/SIGNATURE_SPEC.md). The name it has for the
 * image is not looked at, as a mirror keeps the signature of the place an image came from. Throws ATTEST_DOCUMENT_INVALID.
 */
export function signedDigest(payload: Uint8Array, name: string): Digest {
  return readObject(payload, name, {
    limit: largestPayload,
    read(document) {
      const critical = asObject(document["critical"], `${name}: critical`);
      if (asString(critical["type"], `${name}: critical.type`) !== "cosign container image signature") {
        throw invalidAttestation(`${name} is no payload of a container image signature`);
      }
      const image = asObject(critical["image"], `${name}: critical.image`);
      const path = `${name}: critical.image.docker-manifest-digest`;
      const digest = asString(image["docker-manifest-digest"], path);
      if (!isDigest(digest)) throw invalidAttestation(`${path} is not a sha256 digest`);
      return digest;
    },
  });
}
