import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256Digest } from "../../../src/oci/digest.ts";
import { mediaTypes } from "../../../src/oci/media-type.ts";

/** A descriptor as a document has it, which may lie. */
export interface PlainDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string };
}

/** A layout written as bytes, by no code of ours: what it says need not be so. */
export interface DocumentLayout {
  readonly directory: string;
  /** Writes a blob under its digest, or under another one; gives a true descriptor, but for that. */
  blob(mediaType: string, content: string | Uint8Array | object, digest?: string): Promise<PlainDescriptor>;
  /** Writes index.json, which ends the layout. */
  index(...manifests: readonly PlainDescriptor[]): Promise<void>;
}

/** Begins a layout in `directory`. */
export async function documentLayout(directory: string): Promise<DocumentLayout> {
  const blobs = join(directory, "blobs", "sha256");
  await mkdir(blobs, { recursive: true });
  await writeFile(join(directory, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  return {
    directory,
    async blob(mediaType, content, digest) {
      const isBytes = typeof content === "string" || content instanceof Uint8Array;
      const bytes = Buffer.from(isBytes ? content : JSON.stringify(content));
      const named = digest ?? sha256Digest(bytes);
      await writeFile(join(blobs, named.replace("sha256:", "")), bytes);
      return { mediaType, digest: named, size: bytes.length };
    },
    async index(...manifests) {
      const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests };
      await writeFile(join(directory, "index.json"), JSON.stringify(index));
    },
  };
}

/** The manifest of an image. */
export function plainManifest(config: PlainDescriptor, layers: readonly PlainDescriptor[]): object {
  return { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers };
}

/** The configuration of an image whose layers unpack to these. */
export function plainConfig(diffIds: readonly string[]): object {
  return { architecture: "amd64", os: "linux", config: {}, rootfs: { type: "layers", diff_ids: diffIds } };
}
