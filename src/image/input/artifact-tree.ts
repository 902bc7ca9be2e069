import { createHash } from "node:crypto";
import { type Bytes, observed } from "../../archive/bytes.ts";
import { decompress } from "../../archive/decompress.ts";
import { tooLarge } from "../../archive/error.ts";
import type { TarHeader } from "../../archive/tar-header.ts";
import type { Cache } from "../../cache/cache.ts";
import type { LockedArtifact } from "../../definition/lock.ts";
import { applyLayer, createTree, type LayerFile } from "../../facts/merge.ts";
import type { ImageFile } from "../../facts/model.ts";
import { isMarker } from "../../facts/whiteout.ts";
import { inputLimits } from "./input-limits.ts";
import { readTarContents, readTarHeaders } from "./tar-content.ts";
import { type InputContent, type InputNode, invalid } from "./tree-plan.ts";

/** The layers of an image, lowest first; their bytes lie in the cache. */
export type ArtifactLayers = LockedArtifact["layers"];

/** An image's layers applied: whiteouts and opaque directories are honoured. */
export interface ArtifactTree {
  readonly nodes: readonly InputNode[];
  /** How many entries each layer has: contents are numbered through all layers. */
  readonly counts: readonly number[];
}

/** What is needed to read an image's layers. */
export interface ArtifactReading {
  readonly what: string;
  readonly layers: ArtifactLayers;
  readonly cache: Cache;
}

/** An entry of a layer, as what stands for its content while layers are applied. */
interface Occurrence {
  readonly header: TarHeader;
  readonly content: number;
}

/**
 * Reads all headers of an image's layers and applies them in order; contents are left for later. Throws
 * IMAGE_INPUT_INVALID for a layer that unpacks to something else than the lock says, and what archive/ throws.
 */
export async function readArtifactTree(reading: ArtifactReading): Promise<ArtifactTree> {
  const tree = createTree<Occurrence>();
  const counts: number[] = [];
  let first = 0;
  let totalSize = 0;
  for (const [index, layer] of reading.layers.entries()) {
    const hash = createHash("sha256");
    const tar = observed(unpacked(reading, index), (chunk) => {
      hash.update(chunk);
      totalSize += chunk.length;
      if (totalSize > inputLimits.totalSize) throw tooLarge(reading.what, inputLimits.totalSize);
    });
    const entries = inputLimits.entries - first;
    const headers = await readTarHeaders(tar, { what: whatOf(reading, index), limits: { ...inputLimits, entries } });
    const diffId = `sha256:${hash.digest("hex")}`;
    if (diffId !== layer.diffId) {
      throw invalid(
        `${whatOf(reading, index)} unpacks to ${diffId}, not to ${layer.diffId}`,
        "manifest and configuration of that image do not belong together; take another image",
      );
    }
    applyLayer(tree, {
      index,
      markers: headers.map(({ path }) => path).filter(isMarker),
      files: headers.map((header, at) => layerFile(header, { layer: index, content: first + at })),
    });
    counts.push(headers.length);
    first += headers.length;
  }
  return { nodes: [...tree.files.values()].map((file) => nodeOf(file, tree.contents.get(file.path))), counts };
}

/** The contents that `wanted` has, in the order of the layers. */
export async function* readArtifactContents(
  reading: ArtifactReading,
  options: { readonly counts: readonly number[]; readonly wanted: ReadonlyMap<number, unknown> },
): AsyncGenerator<InputContent> {
  const { counts, wanted } = options;
  let first = 0;
  for (const [index, count] of counts.entries()) {
    const end = first + count;
    const isNeeded = wanted.keys().some((content) => content >= first && content < end);
    const what = whatOf(reading, index);
    if (isNeeded) yield* readTarContents(unpacked(reading, index), { what, limits: inputLimits, first, wanted });
    first = end;
  }
}

/** The SHA-256 under which the cache has a layer. */
export function layerSha256({ digest }: ArtifactLayers[number]): string {
  return digest.replace(/^sha256:/, "");
}

function layerFile(header: TarHeader, at: { readonly layer: number; readonly content: number }): LayerFile<Occurrence> {
  const { path, type, mode, uid, gid, size, linkPath } = header;
  const file: ImageFile = { path, type, mode, uid, gid, size, linkPath, layer: at.layer };
  // A hard link takes over what stands for the content of the file it repeats.
  return { file, content: type === "link" ? null : { header, content: at.content }, trait: null, finding: null };
}

function nodeOf(file: ImageFile, occurrence: Occurrence | undefined): InputNode {
  const { path, mode, uid, gid } = file;
  const isFile = file.type === "file" || file.type === "link";
  return {
    path,
    type: isFile ? "file" : file.type === "directory" || file.type === "symlink" ? file.type : "special",
    mode,
    uid,
    gid,
    mtime: occurrence?.header.mtime ?? 0,
    linkPath: file.type === "symlink" ? file.linkPath : "",
    content: isFile ? (occurrence?.content ?? null) : null,
  };
}

function unpacked(reading: ArtifactReading, index: number): Bytes {
  const layer = reading.layers[index];
  const sha256 = layer === undefined ? "" : layerSha256(layer);
  return decompress(reading.cache.stream(sha256), { limit: inputLimits.totalSize, what: whatOf(reading, index) });
}

function whatOf({ what, layers }: ArtifactReading, index: number): string {
  return `the layer ${layers[index]?.digest} of ${what}`;
}
