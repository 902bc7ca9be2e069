import { CodedError } from "../error.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { digestHex } from "../oci/digest.ts";
import type { Source } from "../oci/graph.ts";
import { readDocument } from "../oci/image.ts";
import { parseIndex } from "../oci/image-index.ts";
import { isIndex, isManifest } from "../oci/media-type.ts";
import { simpleSigning } from "./simple-signing.ts";

/** An image of one platform: its manifest, and the descriptor it was found under, which may be an index with it. */
export interface AttestedImage {
  readonly source: Source;
  readonly descriptor: Descriptor;
  readonly manifest: Descriptor;
  readonly signal: AbortSignal;
}

/** Manifests that were found, each once, and sentences about where it could not be looked. */
export interface Discovery {
  readonly found: readonly Descriptor[];
  readonly problems: readonly string[];
}

/**
 * The manifests of attestations that are listed for an image: those that BuildKit puts beside it in its index, and its
 * referrers but cosign's signatures. What is in them nobody has checked. Throws what reading the index does.
 */
export async function listedAttestations(image: AttestedImage): Promise<Discovery> {
  const referrers = await referrersOf(image.manifest, image);
  return together([{ found: await besideInIndex(image), problems: [] }, referrers], isAttestation);
}

/**
 * The same, and the referrers of the index, and what cosign keeps under the tags `sha256-HEX.att` of image and index: all
 * places where an attestation of the image may be. What is in them nobody has checked. Throws what reading the index does.
 */
export async function findAttestations(image: AttestedImage): Promise<Discovery> {
  const { descriptor, manifest } = image;
  const subjects = descriptor.digest === manifest.digest ? [manifest] : [manifest, descriptor];
  const parts = [await listedAttestations(image)];
  for (const subject of subjects) {
    if (subject !== manifest) parts.push(await referrersOf(subject, image));
    parts.push(await tagged(subject, "att", image));
  }
  return together(parts, isAttestation);
}

/** The manifests with cosign's signatures of `subject`: its referrers of that type, and the tag `sha256-HEX.sig`. */
export async function findSignatures(
  subject: Descriptor,
  image: Pick<AttestedImage, "source" | "signal">,
): Promise<Discovery> {
  return together([await referrersOf(subject, image), await tagged(subject, "sig", image)], isManifestType);
}

function isAttestation(descriptor: Descriptor): boolean {
  return isManifestType(descriptor) && descriptor.artifactType !== simpleSigning.artifactType;
}

function isManifestType({ mediaType }: Descriptor): boolean {
  return isManifest(mediaType);
}

function together(parts: readonly Discovery[], wanted: (descriptor: Descriptor) => boolean): Discovery {
  const found = parts.flatMap((part) => part.found).filter(wanted);
  return {
    found: [...new Map(found.map((one) => [one.digest, one])).values()],
    problems: parts.flatMap(({ problems }) => problems),
  };
}

async function besideInIndex({ source, descriptor, manifest, signal }: AttestedImage): Promise<readonly Descriptor[]> {
  if (!isIndex(descriptor.mediaType)) return [];
  const bytes = await readDocument(source, descriptor, signal);
  return parseIndex(bytes, `the index ${descriptor.digest}`).manifests.filter(
    ({ annotations }) =>
      annotations?.["vnd.docker.reference.type"] === "attestation-manifest" &&
      annotations["vnd.docker.reference.digest"] === manifest.digest,
  );
}

async function referrersOf(
  subject: Descriptor,
  { source, signal }: Pick<AttestedImage, "source" | "signal">,
): Promise<Discovery> {
  return await attempt(`the referrers of ${subject.digest}`, async () => {
    return (await source.referrers?.(subject, { signal })) ?? [];
  });
}

/** A source that has one image only may give that for any name. */
async function tagged(
  { digest }: Descriptor,
  kind: "att" | "sig",
  { source }: Pick<AttestedImage, "source">,
): Promise<Discovery> {
  const tag = `sha256-${digestHex(digest)}.${kind}`;
  return await attempt(tag, async () => {
    try {
      return [await source.resolve(tag)];
    } catch (cause) {
      if (cause instanceof CodedError && cause.code.endsWith("_NOT_FOUND")) return [];
      throw cause;
    }
  });
}

/** A place that cannot be looked at, or not now, has nothing. */
async function attempt(what: string, look: () => Promise<readonly Descriptor[]>): Promise<Discovery> {
  try {
    return { found: await look(), problems: [] };
  } catch (cause) {
    if (!(cause instanceof CodedError)) throw cause;
    return { found: [], problems: [`${what} could not be looked at: ${cause.message}`] };
  }
}
