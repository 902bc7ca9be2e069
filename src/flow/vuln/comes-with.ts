import { CodedError } from "../../error.ts";
import type { OpenImage } from "../../facts/image.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { isDigest } from "../../oci/digest.ts";
import type { Source } from "../../oci/graph.ts";
import { formatReference } from "../../oci/reference.ts";
import type { BaseImage, Sbom } from "../../sbom/model.ts";
import type { VexDocument } from "../../scan/vex/collector.ts";
import type { Ports } from "../ports.ts";
import type { AttestedVex } from "./attested-vex.ts";
import { readVexKeys, type VexRequest } from "./vex-request.ts";

/** A VEX document among the files of an image, and whether a layer of its base brought it. */
export interface EmbeddedVex extends VexDocument {
  readonly of: AttestedVex["of"];
}

/** VEX documents that come with what is scanned, and what else an image is called. */
export interface ComesWith {
  /** Among its files. */
  readonly vexDocuments: readonly EmbeddedVex[];
  /** Attested for it, or for its base. */
  readonly attestedVex: readonly AttestedVex[];
  /** References beside the one it was asked for by, as the user, a registry or the engine calls it. */
  readonly names: readonly string[];
  /** References that only what is scanned has for itself. */
  readonly claimedNames: readonly string[];
  /** What the base is called by somebody else than what is scanned; null where nobody else names it. */
  readonly baseName: string | null;
  /** Digests beside that of its manifest: of the index it is in. */
  readonly digests: readonly string[];
}

/** What comes with files and bills of materials. */
export const comesAlone: ComesWith = {
  vexDocuments: [],
  attestedVex: [],
  names: [],
  claimedNames: [],
  baseName: null,
  digests: [],
};

/** A scanned image, open where it is. */
export interface ImageAtHand {
  readonly source: Source;
  readonly descriptor: Descriptor;
  readonly manifest: Descriptor;
  /** What it is called where it is, and those names of which not it alone says so. */
  readonly names: readonly string[];
  readonly givenNames: readonly string[];
  readonly sbom: Sbom;
  readonly vexDocuments: readonly VexDocument[];
  /** Digests of its layers, lowest first. */
  readonly layers: readonly string[];
  readonly opened: Pick<OpenImage, "manifest" | "config">;
}

/** Those of an image's files; the lowest layers are its base's, where one is proved. */
export function embeddedIn({ sbom, vexDocuments, layers }: Embedding): readonly EmbeddedVex[] {
  const ofBase = new Set(layers.slice(0, sbom.base?.layers ?? 0));
  return vexDocuments.map((one) => ({ ...one, of: one.layer !== null && ofBase.has(one.layer) ? "base" : "image" }));
}

type Embedding = Pick<ImageAtHand, "sbom" | "vexDocuments" | "layers">;

/** What comes with an image where nobody asks for attestations. */
export function comesIn(image: Omit<ImageAtHand, "source" | "manifest" | "opened">): ComesWith {
  const { descriptor, names, givenNames, sbom } = image;
  return {
    vexDocuments: embeddedIn(image),
    attestedVex: [],
    names: givenNames,
    claimedNames: names.filter((name) => !givenNames.includes(name)),
    baseName: sbom.base?.namedBy === "user" ? sbom.base.reference : null,
    digests: [descriptor.digest],
  };
}

/**
 * What comes with an image: its own attestations, and its base's where its layers prove one with a name and the user gave keys
 * to check signatures with. A base that cannot be reached has none.
 */
export async function comesWithImage(image: ImageAtHand, request: VexRequest, ports: Ports): Promise<ComesWith> {
  const { source, descriptor, manifest } = image;
  const { signal } = ports;
  const keys = await readVexKeys(request);
  const { attestedVex } = await import("./attested-vex.ts");
  const note = ports.report.note;
  const own = await attestedVex({ source, descriptor, manifest, keys, signal, note });
  const base = keys.length === 0 ? null : await baseVex(image, { keys, note }, ports);
  const within = comesIn(image);
  if (base === null) return { ...within, attestedVex: own };
  return { ...within, attestedVex: [...own, ...base.attestedVex], baseName: within.baseName ?? base.name };
}

/** A base that was looked at where its name says that it is, and has the layers that the image has lowest. */
interface ProvedBase {
  readonly attestedVex: readonly AttestedVex[];
  readonly name: string;
}

async function baseVex(
  { sbom: { base, image }, source: imageSource, opened: { manifest, config } }: ImageAtHand,
  { keys, note }: { readonly keys: Awaited<ReturnType<typeof readVexKeys>>; readonly note: (line: string) => void },
  ports: Ports,
): Promise<ProvedBase | null> {
  if (base === null || base.reference === null || ports.offline) return null;
  const { signal } = ports;
  try {
    const reference = await placeOf(base, base.reference, image.reference);
    const { openReference } = await import("../reference.ts");
    const { openImage } = await import("../../facts/image.ts");
    const { attestedVex } = await import("./attested-vex.ts");
    const { isMadeFrom } = await import("../../scan/base.ts");
    const { unpackedDigest } = await import("../../facts/files/diff-id.ts");
    await using opened = await openReference(reference, { platform: image.platform }, ports);
    const { source, descriptor, choice } = opened;
    const { manifestDescriptor, ...found } = await openImage(source, descriptor, { signal, ...choice });
    const unpacked = async (layer: Descriptor) => await unpackedDigest(imageSource, layer, signal);
    const candidate = { diffIds: found.config.diffIds, layers: found.manifest.layers.map(({ digest }) => digest) };
    if (candidate.diffIds.length !== base.layers || !(await isMadeFrom({ manifest, config, unpacked }, candidate))) {
      note(`VEX of the base ${base.reference} is not looked at: its layers are not the lowest of ${image.reference}`);
      return null;
    }
    const attested = await attestedVex({ source, descriptor, manifest: manifestDescriptor, keys, signal, note });
    return { attestedVex: attested.map((one) => ({ ...one, of: "base" })), name: reference };
  } catch (cause) {
    signal.throwIfAborted();
    if (!(cause instanceof CodedError)) throw cause;
    note(`VEX of the base ${base.reference} is not looked at: ${cause.message}`);
    return null;
  }
}

/** Where the base is: as the user says, else in a registry under its name. */
async function placeOf({ digest, namedBy }: BaseImage, name: string, of: string): Promise<string> {
  if (namedBy === "user") return name;
  const { claimedBase } = await import("../reference/claimed.ts");
  const parsed = claimedBase(name, of);
  // A digest tells which image of a repository is meant, and not that the tag beside it is of that.
  const pinned = digest === null || !isDigest(digest) ? parsed : { ...parsed, tag: null, digest };
  return `registry://${formatReference(pinned)}`;
}
