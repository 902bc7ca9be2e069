import { createHash } from "node:crypto";
import { decompress } from "../archive/decompress.ts";
import { ArchiveError } from "../archive/error.ts";
import { createTarParser, type TarHandler, type TarHeader } from "../archive/tar-read.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Source } from "../oci/graph.ts";
import { layerCompression } from "../oci/media-type.ts";
import { verified } from "../oci/verify.ts";
import { oneAhead } from "./ahead.ts";
import { capabilityRecord, formatCapabilities } from "./capability.ts";
import { FactsError } from "./error.ts";
import type { LayerFile } from "./merge.ts";
import type { FileType, ImageFile } from "./model.ts";
import type { FileTrait, Inspector } from "./trait.ts";

/** Which contents to keep, what to check, and what is too much. */
export interface WalkOptions {
  /** How many bytes of a file to keep at most, 0 for none; a larger file is not kept. For a hard link `size` is 0. */
  readonly keep: (path: string, file: { readonly size: number; readonly type: FileType }) => number;
  /** Looks at every file as it is read. What it says of all of them, as JSON, counts as kept bytes. */
  readonly inspector?: Inspector;
  /** The configuration's digests of the unpacked layers, lowest first. */
  readonly diffIds?: readonly string[];
  /** Whether to check `diffIds` too, at the price of a SHA-256 over the unpacked bytes. Off unless asked for. */
  readonly verifyDiffIds?: boolean;
  readonly limits?: Readonly<Partial<WalkBudget>>;
  readonly signal?: AbortSignal;
}

/** What may still be read: tar entries, bytes of tar, bytes of kept contents. */
export interface WalkBudget {
  entries: number;
  unpackedBytes: number;
  keptBytes: number;
}

/** One layer to read: `index` counts from 0, lowest first. */
export interface LayerPlace {
  readonly descriptor: Descriptor;
  readonly index: number;
  readonly diffId: string;
}

/** A layer as read, in the archive's order. */
export interface Layer {
  readonly files: readonly LayerFile[];
  readonly unpackedSize: number;
}

/** What a reading that began with others may still take. */
export type ReadOptions = WalkOptions & { readonly budget: WalkBudget };

/**
 * Reads one layer, checking size and digest; counts what it takes off `options.budget`. Throws FACTS_LAYER_INVALID,
 * FACTS_DIFF_ID_MISMATCH, FACTS_TOO_LARGE, OCI_CONTENT_MISMATCH and the source's errors.
 */
export async function readLayer(source: Source, place: LayerPlace, options: ReadOptions): Promise<Layer> {
  const { descriptor } = place;
  if (layerCompression(descriptor.mediaType) === null) {
    throw invalid(descriptor, `its media type is ${descriptor.mediaType}`);
  }
  const layer = await readPass(source, place, options);
  const missing = linkedContents(layer.files, options.keep);
  if (missing.size === 0) return layer;
  const { inspector: _, ...plain } = options;
  const again = await readPass(source, place, { ...plain, keep: (path) => missing.get(path) ?? 0 });
  return withContents(layer, again);
}

/** A layer with the contents that a second reading of it has kept. */
export function withContents(layer: Layer, again: Layer): Layer {
  return { ...layer, files: layer.files.map((entry, at) => withContent(entry, again.files[at])) };
}

/**
 * Files that were not asked for by their own path but by that of a hard link to them, which a tar archive has later.
 * Package managers with a shared store make such layers; they are read twice.
 */
function linkedContents(files: readonly LayerFile[], keep: WalkOptions["keep"]): ReadonlyMap<string, number> {
  const wanted = new Map<string, number>();
  for (const { file } of files) {
    if (file.type !== "link") continue;
    const size = keep(file.path, { size: 0, type: "link" });
    if (size > 0) wanted.set(file.linkPath, Math.max(size, wanted.get(file.linkPath) ?? 0));
  }
  const missing = files.filter(
    ({ file, content }) => wanted.has(file.path) && file.type === "file" && content === null,
  );
  return new Map(missing.map(({ file }) => [file.path, wanted.get(file.path) ?? 0]));
}

function withContent(entry: LayerFile, again: LayerFile | undefined): LayerFile {
  return entry.content === null && again !== undefined ? { ...entry, content: again.content } : entry;
}

async function readPass(source: Source, place: LayerPlace, options: ReadOptions): Promise<Layer> {
  const { descriptor, diffId } = place;
  const what = `the layer ${descriptor.digest}`;
  const files: LayerFile[] = [];
  const parser = createTarParser(collector(files, place, options), { what });
  const hash = options.verifyDiffIds === true ? createHash("sha256") : null;
  const compressed = oneAhead(verified(await source.fetch(descriptor, options.signal), descriptor));
  let unpackedSize = 0;
  try {
    for await (const chunk of decompress(compressed, { limit: options.budget.unpackedBytes, what })) {
      options.signal?.throwIfAborted();
      unpackedSize += chunk.length;
      options.budget.unpackedBytes -= chunk.length;
      if (options.budget.unpackedBytes < 0) throw tooMuch(descriptor, "all layers together are too large");
      hash?.update(chunk);
      parser.write(chunk);
    }
    parser.end();
  } catch (cause) {
    if (!(cause instanceof ArchiveError)) throw cause;
    if (cause.code === "ARCHIVE_TOO_LARGE") throw tooMuch(descriptor, cause.message, cause);
    await checkBytes(source, descriptor, options.signal);
    throw invalid(descriptor, cause.message, cause);
  }
  const digest = hash === null ? diffId : `sha256:${hash.digest("hex")}`;
  if (digest !== diffId) throw otherDiffId(descriptor, digest, diffId);
  return { files, unpackedSize };
}

function collector(files: LayerFile[], place: LayerPlace, options: ReadOptions): TarHandler {
  const { budget, inspector } = options;
  /** What the file being read is kept for; files follow one another. */
  let keptSize = 0;
  let looksWhole = false;
  const spend = (bytes: number) => {
    budget.keptBytes -= bytes;
    if (budget.keptBytes < 0) throw tooMuch(place.descriptor, "the files to be read are too large");
  };
  const change = (part: Partial<LayerFile>) => {
    const last = files.pop();
    if (last !== undefined) files.push({ ...last, ...part });
  };
  const say = (trait: FileTrait | null) => {
    if (trait === null) return;
    spend(JSON.stringify(trait).length);
    change({ trait });
  };
  const reading: TarHandler = {
    entry(header) {
      if (--budget.entries < 0) throw tooMuch(place.descriptor, "its files are too many");
      looksWhole = false;
      keptSize = 0;
      if (header.path === "") return 0;
      keptSize = header.type === "file" ? options.keep(header.path, header) : 0;
      files.push({ file: imageFile(header, place.index), content: null, trait: null });
      return keptSize;
    },
    file(header, content) {
      if (looksWhole) say(inspector?.whole(header, content) ?? null);
      if (keptSize < header.size) return;
      spend(content.length);
      change({ content: alone(content) });
    },
  };
  if (inspector === undefined) return reading;
  return {
    ...reading,
    start(header, start) {
      if (header.path === "") return 0;
      const found = inspector.start(header, start);
      looksWhole = found === "whole";
      if (found !== "whole") say(found);
      return looksWhole ? header.size : 0;
    },
  };
}

/** A copy where keeping `content` would keep a larger chunk with it. */
function alone(content: Uint8Array): Uint8Array {
  return content.buffer.byteLength > content.length ? new Uint8Array(content) : content;
}

function imageFile(header: TarHeader, layer: number): ImageFile {
  const { path, type, mode, uid, gid, size, linkPath, pax } = header;
  const file = { path, type, mode, uid, gid, size, linkPath, layer };
  const capabilities = pax.size === 0 ? undefined : pax.get(capabilityRecord);
  return capabilities === undefined ? file : { ...file, capabilities: formatCapabilities(capabilities) };
}

/** Throws OCI_CONTENT_MISMATCH where a layer cannot be unpacked because its bytes are not those it was made of. */
async function checkBytes(source: Source, descriptor: Descriptor, signal: AbortSignal | undefined): Promise<void> {
  for await (const _ of verified(await source.fetch(descriptor, signal), descriptor)) signal?.throwIfAborted();
}

function invalid(descriptor: Descriptor, reason: string, cause?: unknown): FactsError {
  return new FactsError("FACTS_LAYER_INVALID", `the layer ${descriptor.digest} cannot be read: ${reason}`, {
    hint: "the image was written wrongly or is not a container image; build or fetch it again",
    cause,
  });
}

function tooMuch(descriptor: Descriptor, reason: string, cause?: unknown): FactsError {
  return new FactsError("FACTS_TOO_LARGE", `the layer ${descriptor.digest} holds more than is read: ${reason}`, {
    hint: "no ordinary image is this large; if it is to be trusted, look at what fills it",
    cause,
  });
}

function otherDiffId(descriptor: Descriptor, found: string, announced: string): FactsError {
  return new FactsError(
    "FACTS_DIFF_ID_MISMATCH",
    `the layer ${descriptor.digest} unpacks to ${found}, not to ${announced || "anything its configuration names"}`,
    { hint: "manifest and configuration do not belong together; build or fetch the image again" },
  );
}
