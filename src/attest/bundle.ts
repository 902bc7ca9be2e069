import { asObject, asString, optional } from "../oci/json.ts";
import { invalidAttestation, readObject } from "./document.ts";
import { asEnvelope, type Envelope } from "./dsse.ts";

/** A Sigstore bundle (sigstore/protobuf-specs, sigstore_bundle.proto), as far as a key is all that is asked. */
export interface Bundle {
  /** null for a bundle of a bare signature, which `cosign sign-blob` writes: it has no statement. */
  readonly envelope: Envelope | null;
  /** Whether the key is in a certificate, which is only worth something with a transparency log. */
  readonly isKeyless: boolean;
}

/** Whether `mediaType` is that of a bundle, in any version. */
export function isBundle(mediaType: string): boolean {
  return mediaType.startsWith("application/vnd.dev.sigstore.bundle");
}

/**
 * Reads a bundle of the versions 0.1 to 0.3. Its transparency log entries and time stamps are not looked at. Throws
 * ATTEST_DOCUMENT_INVALID.
 */
export function parseBundle(bytes: Uint8Array, name: string): Bundle {
  return readObject(bytes, name, { read: (document) => asBundle(document, name) });
}

/** `value` as a bundle. Throws ATTEST_DOCUMENT_INVALID and OCI_DOCUMENT_INVALID. */
export function asBundle(value: unknown, path: string): Bundle {
  const document = asObject(value, path);
  const mediaType = asString(document["mediaType"], `${path}: mediaType`);
  if (!/^application\/vnd\.dev\.sigstore\.bundle(?:\.v0\.3\+json|\+json;version=0\.[123])$/.test(mediaType)) {
    throw invalidAttestation(`${path} is a bundle of an unknown version, ${JSON.stringify(mediaType.slice(0, 100))}`);
  }
  const material = asObject(document["verificationMaterial"], `${path}: verificationMaterial`);
  const isKeyless = material["certificate"] !== undefined || material["x509CertificateChain"] !== undefined;
  const envelope = optional(document["dsseEnvelope"], `${path}: dsseEnvelope`, asEnvelope) ?? null;
  if (envelope !== null && envelope.signatures.length !== 1) {
    throw invalidAttestation(`${path}: the envelope of a bundle has one signature, not ${envelope.signatures.length}`);
  }
  return { envelope, isKeyless };
}
