import { CodedError } from "../../error.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Source } from "../../oci/graph.ts";
import { readDocument } from "../../oci/image.ts";
import { parseIndex } from "../../oci/image-index.ts";
import { parseManifest } from "../../oci/manifest.ts";
import { isIndex, isManifest } from "../../oci/media-type.ts";
import { readVerified } from "../../oci/verify.ts";
import type { Sbom } from "../../sbom/model.ts";
import { readSbom } from "../../sbom/read.ts";

/** An image that was scanned, where it came from and the descriptor it was found under. */
export interface AttestedImage {
  readonly source: Source;
  readonly descriptor: Descriptor;
  readonly manifest: Descriptor;
  readonly sbom: Sbom;
  readonly signal: AbortSignal;
}

/** How many attestations are read, and the bytes of one. */
const limits = { manifests: 20, bytes: 64 * 2 ** 20 };

/**
 * What bills of materials attested for an image say, against what is in its files: a sentence for each. They are those of
 * BuildKit, which stand beside the image in its index, and referrers. Signatures are not checked. What cannot be read is said.
 */
export async function compareAttested(image: AttestedImage): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const descriptor of (await findAttestations(image)).slice(0, limits.manifests)) {
    try {
      notes.push(...(await readAttestation(descriptor, image)));
    } catch (cause) {
      if (!(cause instanceof CodedError)) throw cause;
      notes.push(`the attestation ${descriptor.digest} cannot be read: ${cause.message}`);
    }
  }
  return notes;
}

async function findAttestations({
  source,
  descriptor,
  manifest,
  signal,
}: AttestedImage): Promise<readonly Descriptor[]> {
  const beside = isIndex(descriptor.mediaType)
    ? parseIndex(await readDocument(source, descriptor, signal), `the index ${descriptor.digest}`).manifests.filter(
        ({ annotations }) =>
          annotations?.["vnd.docker.reference.type"] === "attestation-manifest" &&
          annotations["vnd.docker.reference.digest"] === manifest.digest,
      )
    : [];
  const referrers = (await source.referrers?.(manifest, { signal }).catch(nothing)) ?? [];
  const all = [...beside, ...referrers].filter(({ mediaType }) => isManifest(mediaType));
  return [...new Map(all.map((one) => [one.digest, one])).values()];
}

/** A registry that lists no referrers, or not now, has none to compare with. */
function nothing(cause: unknown): readonly Descriptor[] {
  if (cause instanceof CodedError) return [];
  throw cause;
}

async function readAttestation(descriptor: Descriptor, image: AttestedImage): Promise<readonly string[]> {
  const { source, signal, sbom } = image;
  const what = `the attestation ${descriptor.digest}`;
  const { layers } = parseManifest(await readDocument(source, descriptor, signal), what);
  const notes: string[] = [];
  for (const layer of layers.filter(mayBeBill)) {
    const bytes = await readVerified(source, layer, { limit: limits.bytes, signal });
    const read = billIn(bytes, what);
    if (read !== null) notes.push(verdict(sbom, read.sbom, `${what} (${read.format}, signature not checked)`));
  }
  return notes;
}

/** BuildKit names the predicate beside the layer; where nobody does, the content must be looked at. */
function mayBeBill({ mediaType, annotations }: Descriptor): boolean {
  const predicate = annotations?.["in-toto.io/predicate-type"] ?? annotations?.["predicateType"];
  if (predicate !== undefined) return /spdx|cyclonedx|syft/i.test(predicate);
  return /spdx|cyclonedx|syft|in-toto|dsse|sigstore\.bundle/i.test(mediaType);
}

/** null for a statement of something else, such as provenance. */
function billIn(bytes: Uint8Array, name: string) {
  try {
    return readSbom(bytes, name);
  } catch (cause) {
    if (cause instanceof CodedError && cause.code === "SBOM_DOCUMENT_INVALID") return null;
    throw cause;
  }
}

function verdict(found: Sbom, attested: Sbom, what: string): string {
  const there = new Set(found.packages.map(keyOf));
  const named = attested.packages.filter(({ type }) => type !== "oci" && type !== "docker" && type !== "generic");
  const names = new Set(named.map(keyOf));
  const missing = named.filter((item) => !there.has(keyOf(item)));
  const types = new Set(named.map(({ type }) => type));
  const more = found.packages.filter((item) => types.has(item.type) && !names.has(keyOf(item)));
  const parts = [
    missing.length === 0 ? "all are in the image" : `${missing.length} are not in the image: ${shown(missing)}`,
    ...(more.length === 0 ? [] : [`the image has ${more.length} of these types besides: ${shown(more)}`]),
  ];
  return `${what} names ${named.length} packages: ${parts.join("; ")}`;
}

function keyOf({
  type,
  name,
  version,
}: {
  readonly type: string;
  readonly name: string;
  readonly version: string;
}): string {
  return `${type} ${name.toLowerCase()} ${version}`;
}

function shown(packages: readonly { readonly name: string; readonly version: string }[]): string {
  const first = packages.slice(0, 3).map(({ name, version }) => `${name} ${version}`);
  return `${first.join(", ")}${packages.length > 3 ? ", …" : ""}`;
}
