import { CodedError } from "../error.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import type { Source } from "../oci/graph.ts";
import { readDocument } from "../oci/image.ts";
import { type Manifest, parseManifest } from "../oci/manifest.ts";
import { readVerified } from "../oci/verify.ts";
import { asBundle, isBundle } from "./bundle.ts";
import { largestDocument, readObject } from "./document.ts";
import { asEnvelope, type Envelope, verifyEnvelope } from "./dsse.ts";
import type { PublicKey } from "./key/model.ts";
import { type SignatureOptions, verifyManifest } from "./manifest-signature.ts";
import { parseStatement, type Statement, statementType } from "./statement.ts";
import { notVerified, type Verdict } from "./verdict.ts";

/** What attestations are checked against. */
export interface VerifyOptions extends SignatureOptions {
  /** The image's manifest, and the index it was found in: a statement must be about one of them. */
  readonly subjects: readonly Digest[];
  /** Which predicates are read; all unless given. */
  readonly wanted?: (predicateType: string) => boolean;
  /** How much is read, in bytes; 64 MiB unless given. What is beyond is told of as a problem. */
  readonly room?: number;
}

/** A statement of an attestation, and whether to believe it. */
export interface VerifiedStatement {
  /** As it was signed; `parseStatement` reads it. */
  readonly bytes: Uint8Array;
  readonly predicateType: string;
  readonly verdict: Verdict;
}

/** The statements of one attestation, and sentences about what of it could not be read. */
export interface VerifiedStatements {
  readonly statements: readonly VerifiedStatement[];
  readonly problems: readonly string[];
}

/** How many statements of one attestation are read. */
const mostStatements = 100;

/**
 * Reads the statements in the manifest `attestation` and checks each against the keys: one in an envelope by its signature, as
 * `cosign attest` pushes it; one in a Sigstore bundle likewise; a bare one by cosign's signature of the manifest it is in, as
 * Docker's hardened images have it. Only keys count: **no transparency log, certificate or time stamp is asked for**, so that
 * all this works without a network, and a signature is valid as long as its key is trusted. A statement about another image is
 * not verified, whoever signed it. Throws what reading the manifest does.
 */
export async function verifiedStatements(
  source: Source,
  attestation: Descriptor,
  options: VerifyOptions,
): Promise<VerifiedStatements> {
  const { signal, wanted = () => true } = options;
  let room = options.room ?? largestDocument;
  const name = `the attestation ${attestation.digest}`;
  const manifest = parseManifest(await readDocument(source, attestation, signal), name);
  let asked: Promise<Verdict> | null = null;
  const ofManifest = async () => {
    asked ??= verifyManifest(source, attestation, options);
    return await asked;
  };
  const statements: VerifiedStatement[] = [];
  const problems: string[] = [];
  for (const layer of manifest.layers.filter((one) => isOffered(one, manifest, wanted)).slice(0, mostStatements)) {
    try {
      const limits = { limit: Math.max(0, room), signal };
      room -= layer.size;
      const opened = open(await readVerified(source, layer, limits), name, options.keys);
      const statement = opened === null ? null : parseStatement(opened.bytes, name);
      if (opened === null || statement === null || !wanted(statement.predicateType)) continue;
      const signed = opened.verdict ?? (await ofManifest());
      const { predicateType } = statement;
      statements.push({ bytes: opened.bytes, predicateType, verdict: aboutImage(statement, options, signed) });
    } catch (cause) {
      if (!(cause instanceof CodedError)) throw cause;
      problems.push(cause.message);
    }
  }
  return { statements, problems };
}

const envelopeType = "application/vnd.dsse.envelope.v1+json";

/** Annotations are a hint that spares reading what nobody wants: what a statement is, it says itself. */
function isOffered(
  { mediaType, annotations }: Descriptor,
  manifest: Manifest,
  wanted: (predicateType: string) => boolean,
): boolean {
  const known = { ...manifest.annotations, ...annotations };
  const hint =
    known["in-toto.io/predicate-type"] ?? known["predicateType"] ?? known["dev.sigstore.bundle.predicateType"];
  const isStatement = mediaType === statementType || mediaType === envelopeType || isBundle(mediaType);
  return isStatement && (hint === undefined || wanted(hint));
}

interface Opened {
  readonly bytes: Uint8Array;
  /** null for a bare statement, which has no signature of its own. */
  readonly verdict: Verdict | null;
}

/** null for what holds no statement. */
function open(bytes: Uint8Array, name: string, keys: readonly PublicKey[]): Opened | null {
  return readObject(bytes, name, {
    read(document) {
      if ("payloadType" in document)
        return opened(asEnvelope(document, name), (envelope) => verifyEnvelope(envelope, { keys }));
      if (!("verificationMaterial" in document)) return { bytes, verdict: null };
      const { envelope, isKeyless } = asBundle(document, name);
      if (envelope === null) return null;
      return opened(envelope, () => {
        const verdict = verifyEnvelope(envelope, { keys, by: "bundle" });
        return isKeyless && verdict.kind !== "verified" ? notVerified(keyless) : verdict;
      });
    },
  });
}

const keyless = "it is signed with a certificate (keyless), which is not checked: only keys are";

function opened(envelope: Envelope, verify: (envelope: Envelope) => Verdict): Opened | null {
  return envelope.payloadType === statementType ? { bytes: envelope.payload, verdict: verify(envelope) } : null;
}

function aboutImage({ subjects }: Statement, options: VerifyOptions, verdict: Verdict): Verdict {
  if (subjects.some((subject) => options.subjects.includes(subject))) return verdict;
  return notVerified(`it is about another image, ${subjects[0] ?? "which it does not name"}`);
}
