import { CodedError } from "../../error.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Source } from "../../oci/graph.ts";
import type { Sbom } from "../../sbom/model.ts";
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
  /** References beside the one it was asked for by. */
  readonly names: readonly string[];
  /** Digests beside that of its manifest: of the index it is in. */
  readonly digests: readonly string[];
}

/** What comes with files and bills of materials. */
export const comesAlone: ComesWith = { vexDocuments: [], attestedVex: [], names: [], digests: [] };

/** A scanned image, open where it is. */
export interface ImageAtHand {
  readonly source: Source;
  readonly descriptor: Descriptor;
  readonly manifest: Descriptor;
  readonly names: readonly string[];
  readonly sbom: Sbom;
  readonly vexDocuments: readonly VexDocument[];
  /** Digests of its layers, lowest first. */
  readonly layers: readonly string[];
}

/** Those of an image's files; the lowest layers are its base's, where one is proved. */
export function embeddedIn({ sbom, vexDocuments, layers }: Embedding): readonly EmbeddedVex[] {
  const ofBase = new Set(layers.slice(0, sbom.base?.layers ?? 0));
  return vexDocuments.map((one) => ({ ...one, of: one.layer !== null && ofBase.has(one.layer) ? "base" : "image" }));
}

type Embedding = Pick<ImageAtHand, "sbom" | "vexDocuments" | "layers">;

/**
 * What comes with an image: its own attestations, and its base's where its layers prove one with a name and the user gave keys
 * to check signatures with. A base that cannot be reached has none.
 */
export async function comesWithImage(image: ImageAtHand, request: VexRequest, ports: Ports): Promise<ComesWith> {
  const { source, descriptor, manifest, names, sbom } = image;
  const { signal } = ports;
  const keys = await readVexKeys(request);
  const { attestedVex } = await import("./attested-vex.ts");
  const note = ports.report.note;
  const own = await attestedVex({ source, descriptor, manifest, keys, signal, note });
  const base = keys.length === 0 ? [] : await baseVex(sbom, { keys, note }, ports);
  return { vexDocuments: embeddedIn(image), attestedVex: [...own, ...base], names, digests: [descriptor.digest] };
}

async function baseVex(
  { base, image }: Sbom,
  { keys, note }: { readonly keys: Awaited<ReturnType<typeof readVexKeys>>; readonly note: (line: string) => void },
  ports: Ports,
): Promise<readonly AttestedVex[]> {
  if (base === null || base.reference === null || ports.offline) return [];
  const { signal } = ports;
  const reference = base.digest === null ? base.reference : `${base.reference.replace(/@.*$/, "")}@${base.digest}`;
  try {
    const { openReference } = await import("../reference.ts");
    const { openImage } = await import("../../facts/image.ts");
    const { attestedVex } = await import("./attested-vex.ts");
    await using opened = await openReference(reference, { platform: image.platform }, ports);
    const { source, descriptor, choice } = opened;
    const { manifestDescriptor } = await openImage(source, descriptor, { signal, ...choice });
    const found = await attestedVex({ source, descriptor, manifest: manifestDescriptor, keys, signal, note });
    return found.map((one) => ({ ...one, of: "base" }));
  } catch (cause) {
    signal.throwIfAborted();
    if (!(cause instanceof CodedError)) throw cause;
    note(`VEX of the base ${base.reference} is not looked at: ${cause.message}`);
    return [];
  }
}
