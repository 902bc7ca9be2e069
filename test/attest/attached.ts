import { encodeBase64 } from "../../src/attest/base64.ts";
import { signEnvelope } from "../../src/attest/dsse.ts";
import type { PrivateKey } from "../../src/attest/key/model.ts";
import { signBytes } from "../../src/attest/signature.ts";
import { simpleSigning } from "../../src/attest/simple-signing.ts";
import { statementType } from "../../src/attest/statement.ts";
import type { Descriptor } from "../../src/oci/descriptor.ts";
import { type Digest, digestHex } from "../../src/oci/digest.ts";
import type { Target } from "../../src/oci/graph.ts";
import { encodeJson } from "../../src/oci/json.ts";
import { encodeManifest, type Manifest } from "../../src/oci/manifest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { put } from "../support/tiny-image.ts";

/** Predicate type of OpenVEX, as Docker's hardened images have it. */
export const openvexType = "https://openvex.dev/ns/v0.2.0";

/** A VEX document of one statement, which `id` tells from others. */
export function openvex(id = "https://example.org/vex/1"): object {
  return {
    ...{ "@context": openvexType, "@id": id, author: "Ann", timestamp: "2026-01-31T12:00:00Z", version: 1 },
    statements: [
      {
        ...{ vulnerability: { name: "CVE-2026-0001" }, status: "not_affected" },
        ...{ products: [{ "@id": "pkg:deb/debian/zlib1g" }], justification: "vulnerable_code_not_present" },
      },
    ],
  };
}

/** What a statement is made of. */
export interface StatementParts {
  readonly subjects: readonly Digest[];
  readonly predicateType?: string;
  readonly predicate?: unknown;
}

/** The bytes of an in-toto statement. */
export function statementOf(parts: StatementParts): Uint8Array {
  const { subjects, predicateType = openvexType, predicate = openvex() } = parts;
  return encodeJson({
    _type: "https://in-toto.io/Statement/v0.1",
    subject: subjects.map((digest) => ({ name: "app", digest: { sha256: digestHex(digest) } })),
    ...{ predicateType, predicate },
  });
}

/** Pushes a manifest of `layers` that is no image. */
export async function pushArtifact(
  target: Target,
  layers: readonly Descriptor[],
  more: Partial<Pick<Manifest, "subject" | "artifactType" | "annotations">> = {},
): Promise<Descriptor> {
  const config = await put(target, mediaTypes.empty, Buffer.from("{}"));
  const subject = more.subject === undefined ? {} : { subject: bare(more.subject) };
  const bytes = encodeManifest({ mediaType: mediaTypes.manifest, config, layers, ...more, ...subject });
  return await put(target, mediaTypes.manifest, bytes);
}

/** As cosign attest: envelopes under the tag `sha256-HEX.att`. */
export async function attachEnvelopes(
  target: Target,
  subject: Descriptor,
  { statements, keys }: { readonly statements: readonly Uint8Array[]; readonly keys: readonly PrivateKey[] },
): Promise<Descriptor> {
  const layers: Descriptor[] = [];
  for (const statement of statements) {
    const bytes = signEnvelope(statement, { payloadType: statementType, keys });
    const layer = await put(target, "application/vnd.dsse.envelope.v1+json", bytes);
    const { predicateType } = JSON.parse(new TextDecoder().decode(statement));
    layers.push({ ...layer, annotations: { predicateType, [simpleSigning.annotation]: "" } });
  }
  const manifest = await pushArtifact(target, layers);
  await target.tag(manifest, `sha256-${digestHex(subject.digest)}.att`);
  return manifest;
}

/** As cosign attest --new-bundle-format: a referrer with a Sigstore bundle. */
export async function attachBundle(
  target: Target,
  subject: Descriptor,
  { statement, keys, material }: { statement: Uint8Array; keys: readonly PrivateKey[]; material?: object },
): Promise<Descriptor> {
  const artifactType = "application/vnd.dev.sigstore.bundle.v0.3+json";
  const envelope = signEnvelope(statement, { payloadType: statementType, keys });
  const bundle = {
    mediaType: artifactType,
    verificationMaterial: material ?? { publicKey: { hint: "a hint" } },
    dsseEnvelope: JSON.parse(new TextDecoder().decode(envelope)),
  };
  return await pushArtifact(target, [await put(target, artifactType, encodeJson(bundle))], { artifactType, subject });
}

/** As Docker's hardened images: a referrer with a bare statement. */
export async function attachBare(target: Target, subject: Descriptor, statement: Uint8Array): Promise<Descriptor> {
  const { predicateType } = JSON.parse(new TextDecoder().decode(statement));
  const layer = await put(target, statementType, statement);
  const annotations = { "in-toto.io/predicate-type": predicateType };
  return await pushArtifact(target, [{ ...layer, annotations }], { artifactType: statementType, subject });
}

/** How a manifest is signed. */
export interface ManifestSigning {
  readonly key: PrivateKey;
  /** What the payload names; the manifest's own digest by default. */
  readonly digest?: Digest;
  /** Under the tag `sha256-HEX.sig`, rather than as a referrer. */
  readonly tag?: boolean;
  readonly type?: string;
  /** What is signed in place of the payload. */
  readonly signed?: Uint8Array;
}

/** As cosign sign: a signature of the manifest `signed`. */
export async function signManifest(target: Target, subject: Descriptor, how: ManifestSigning): Promise<Descriptor> {
  const payload = encodeJson({
    critical: {
      identity: { "docker-reference": "registry.example/app" },
      image: { "docker-manifest-digest": how.digest ?? subject.digest },
      type: how.type ?? "cosign container image signature",
    },
    optional: null,
  });
  const layer = await put(target, simpleSigning.layerType, payload);
  const annotations = { [simpleSigning.annotation]: encodeBase64(signBytes(how.signed ?? payload, how.key)) };
  const layers = [{ ...layer, annotations }];
  if (how.tag !== true)
    return await pushArtifact(target, layers, { artifactType: simpleSigning.artifactType, subject });
  const manifest = await pushArtifact(target, layers);
  await target.tag(manifest, `sha256-${digestHex(subject.digest)}.sig`);
  return manifest;
}

function bare({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}
