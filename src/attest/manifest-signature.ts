import { CodedError } from "../error.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Source } from "../oci/graph.ts";
import { readDocument } from "../oci/image.ts";
import { parseManifest } from "../oci/manifest.ts";
import { readVerified } from "../oci/verify.ts";
import { decodeBase64 } from "./base64.ts";
import { findSignatures } from "./discover.ts";
import type { PublicKey } from "./key/model.ts";
import { signerOf } from "./signature.ts";
import { largestPayload, signedDigest, simpleSigning } from "./simple-signing.ts";
import { byAnother, notVerified, type Verdict, verified } from "./verdict.ts";

/** How signatures are checked. */
export interface SignatureOptions {
  readonly keys: readonly PublicKey[];
  readonly signal: AbortSignal;
}

/** How many manifests with signatures are read, and of how many signatures each. */
const limits = { manifests: 20, layers: 50 };

/**
 * Whether one of the signatures that `cosign sign` has put beside the manifest `signed` is of it and by one of the keys. It is
 * then for all that the manifest names by digest. No transparency log is asked.
 */
export async function verifyManifest(source: Source, signed: Descriptor, options: SignatureOptions): Promise<Verdict> {
  const { keys, signal } = options;
  const { found, problems } = await findSignatures(signed, { source, signal });
  const failures: Verdict[] = problems.map(notVerified);
  for (const place of found.slice(0, limits.manifests)) {
    try {
      for await (const { payload, signature } of signaturesIn(source, place, signal)) {
        const signer = signature === null ? null : signerOf(payload, { signature, keys });
        const isOfIt = signer !== null && signedDigest(payload, `the signature ${place.digest}`) === signed.digest;
        if (isOfIt) return verified(signer, "manifest");
        failures.push(signer === null ? byAnother(keys) : notVerified("the signature beside it is of something else"));
      }
    } catch (cause) {
      if (!(cause instanceof CodedError)) throw cause;
      failures.push(notVerified(`the signature beside it cannot be read: ${cause.message}`));
    }
  }
  return failures[0] ?? { kind: "unsigned", reason: "it is not signed" };
}

interface Signature {
  readonly payload: Uint8Array;
  /** null where it is not base64. */
  readonly signature: Uint8Array | null;
}

async function* signaturesIn(source: Source, place: Descriptor, signal: AbortSignal): AsyncGenerator<Signature> {
  const { layers } = parseManifest(await readDocument(source, place, signal), `the signature ${place.digest}`);
  const signatures = layers.filter(({ mediaType }) => mediaType === simpleSigning.layerType);
  for (const layer of signatures.slice(0, limits.layers)) {
    const payload = await readVerified(source, layer, { limit: largestPayload, signal });
    yield { payload, signature: decodeBase64(layer.annotations?.[simpleSigning.annotation] ?? "-") };
  }
}
