import { type AttestedImage, listedAttestations } from "../../attest/discover.ts";
import { CodedError } from "../../error.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { readDocument } from "../../oci/image.ts";
import { parseManifest } from "../../oci/manifest.ts";
import { readVerified } from "../../oci/verify.ts";
import { type AttestedBill, type ComparedBill, identityOf, type PackageIdentity, type Sbom } from "../../sbom/model.ts";
import { readSbom } from "../../sbom/read.ts";

/** An image that was scanned. */
export interface ScannedImage extends AttestedImage {
  readonly sbom: Sbom;
}

/** How many attestations are read, and the bytes of one. */
const limits = { manifests: 20, bytes: 64 * 2 ** 20 };

/**
 * What bills of materials attested for an image say, against what is in its files. They are those of BuildKit, which stand
 * beside the image in its index, and referrers. Signatures are not checked.
 */
export async function compareAttested(image: ScannedImage): Promise<readonly AttestedBill[]> {
  const bills: AttestedBill[] = [];
  for (const descriptor of (await listedAttestations(image)).found.slice(0, limits.manifests)) {
    try {
      bills.push(...(await readAttestation(descriptor, image)));
    } catch (cause) {
      if (!(cause instanceof CodedError)) throw cause;
      bills.push({ attestation: descriptor.digest, problem: cause.message });
    }
  }
  return bills;
}

/** `bill` in a sentence. */
export function describeAttested(bill: AttestedBill): string {
  const what = `the attestation ${bill.attestation}`;
  if ("problem" in bill) return `${what} cannot be read: ${bill.problem}`;
  const { format, otherImage, packages, missing, unnamed } = bill;
  const parts = [
    ...(otherImage === null ? [] : [`it is of another image, ${otherImage}`]),
    missing.length === 0 ? "all are in the image" : `${missing.length} are not in the image: ${shown(missing)}`,
    ...(unnamed.length === 0 ? [] : [`the image has ${unnamed.length} of these types besides: ${shown(unnamed)}`]),
  ];
  return `${what} (${format}, signature not checked) names ${packages} packages: ${parts.join("; ")}`;
}

async function readAttestation(descriptor: Descriptor, image: ScannedImage): Promise<readonly AttestedBill[]> {
  const { source, signal, manifest, sbom } = image;
  const { digest } = descriptor;
  const what = `the attestation ${digest}`;
  const { layers } = parseManifest(await readDocument(source, descriptor, signal), what);
  const bills: AttestedBill[] = [];
  for (const layer of layers.filter(mayBeBill)) {
    const bytes = await readVerified(source, layer, { limit: limits.bytes, signal });
    const read = billIn(bytes, what, layer);
    if (read === null) continue;
    const { digest: subject } = read.sbom.image;
    const otherImage = subject === null || subject === manifest.digest ? null : subject;
    bills.push({ attestation: digest, format: read.format, otherImage, ...compared(sbom, read.sbom) });
  }
  return bills;
}

/** Predicates and media types of bills of materials. */
const billType = /spdx|cyclonedx|syft/i;

/** What the predicate beside a layer is; null where nobody names it, as BuildKit does. */
function predicateOf({ annotations }: Descriptor): string | null {
  return annotations?.["in-toto.io/predicate-type"] ?? annotations?.["predicateType"] ?? null;
}

/** Where nobody names the predicate, the content must be looked at. */
function mayBeBill(layer: Descriptor): boolean {
  const predicate = predicateOf(layer);
  if (predicate !== null) return billType.test(predicate);
  return billType.test(layer.mediaType) || /in-toto|dsse|sigstore\.bundle/i.test(layer.mediaType);
}

/** null for a statement of something else, such as provenance, which its layer does not tell. */
function billIn(bytes: Uint8Array, name: string, layer: Descriptor) {
  try {
    return readSbom(bytes, name);
  } catch (cause) {
    const isBill = predicateOf(layer) !== null || billType.test(layer.mediaType);
    if (cause instanceof CodedError && cause.code === "SBOM_DOCUMENT_INVALID" && !isBill) return null;
    throw cause;
  }
}

function compared(found: Sbom, attested: Sbom): Pick<ComparedBill, "packages" | "missing" | "unnamed"> {
  const there = new Set(found.packages.map(keyOf));
  const named = attested.packages.filter(({ type }) => type !== "oci" && type !== "docker" && type !== "generic");
  const names = new Set(named.map(keyOf));
  const types = new Set(named.map(({ type }) => type));
  return {
    packages: named.length,
    missing: named.filter((item) => !there.has(keyOf(item))).map(identityOf),
    unnamed: found.packages.filter((item) => types.has(item.type) && !names.has(keyOf(item))).map(identityOf),
  };
}

function keyOf({ type, name, version }: PackageIdentity): string {
  return `${type} ${name.toLowerCase()} ${version}`;
}

function shown(packages: readonly PackageIdentity[]): string {
  const first = packages.slice(0, 3).map(({ name, version }) => `${name} ${version}`);
  return `${first.join(", ")}${packages.length > 3 ? ", …" : ""}`;
}
