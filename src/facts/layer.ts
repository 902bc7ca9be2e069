import { createHash } from "node:crypto";
import { decompress } from "../archive/decompress.ts";
import { ArchiveError } from "../archive/error.ts";
import { createTarParser, type TarHandler, type TarHeader, type TarSink } from "../archive/tar-read.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Source } from "../oci/graph.ts";
import { layerCompression } from "../oci/media-type.ts";
import { capabilityRecord, formatCapabilities } from "./capability.ts";
import { FactsError } from "./error.ts";
import { type Finder, type FindingSink, tarSink } from "./files/finder.ts";
import { type FileList, packFiles } from "./files/packed.ts";
import type { LayerFile } from "./merge.ts";
import type { FileType, ImageFile } from "./model.ts";
import { openPacked, type PackedLayer } from "./packed-layer.ts";
import type { FileTrait, Inspector } from "./trait.ts";
import { isMarker } from "./whiteout.ts";

/** Which contents to keep, what to check, and what is too much. */
export interface WalkOptions {
  /** How many bytes of a file to keep at most, 0 for none; a larger file is not kept. For a hard link `size` is 0. */
  readonly keep: (path: string, file: { readonly size: number; readonly type: FileType }) => number;
  /** Looks at every file as it is read. What it says of all of them, as JSON, counts as kept bytes. */
  readonly inspector?: Inspector;
  /** Reads files as they stream past. What it finds in all of them counts as kept bytes. */
  readonly finder?: Finder;
  /** Where layers that were read before are remembered. */
  readonly memory?: LayerMemory;
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
  /** Bytes of tar beyond a hundred times the packed ones, of which only files of zeros or the like have many. */
  swollenBytes: number;
}

/** Remembers layers as they were read, with the same options, for whoever reads an image that has them too. */
export interface LayerMemory {
  /** null where the layer is not known. */
  recall(place: LayerPlace): Promise<Layer | null>;
  remember(place: LayerPlace, layer: Layer): Promise<void>;
}

/** One layer to read: `index` counts from 0, lowest first. */
export interface LayerPlace {
  readonly descriptor: Descriptor;
  readonly index: number;
  readonly diffId: string;
}

/** A layer as read. */
export interface Layer {
  /** In the archive's order, markers included. */
  readonly files: FileList;
  /** What is known of some of the files besides, by their place in the order. */
  readonly known: ReadonlyMap<number, Known>;
  /** Paths of whiteouts and opaque markers. */
  readonly markers: readonly string[];
  readonly unpackedSize: number;
}

/** What is known of a file's content: the parts of `LayerFile` that most files have not. */
export type Known = Omit<LayerFile, "file">;

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
  const { layer, links } = await readPass(source, place, options);
  const missing = linkedContents(layer, links, options);
  if (missing.size === 0) return layer;
  const again = await readPass(source, place, {
    ...withoutInspector(options),
    keep: (path) => missing.get(path)?.size ?? 0,
    ...(options.finder === undefined ? {} : { finder: underOtherNames(options.finder, missing) }),
  });
  return withContents(layer, again.layer);
}

/** A layer with what a second reading of it has found. */
function withContents(layer: Layer, again: Layer): Layer {
  const known = new Map(layer.known);
  for (const [at, more] of again.known) {
    const first = known.get(at) ?? nothingKnown;
    known.set(at, { ...first, content: first.content ?? more.content, finding: first.finding ?? more.finding });
  }
  return { ...layer, known };
}

/** The files of a layer with what is known of them. With `drain`, the layer lets go of what was read. */
export function* layerFiles(layer: Layer, options: { readonly drain?: boolean } = {}): Generator<LayerFile> {
  let at = 0;
  for (const file of layer.files.read(options)) yield { file, ...(layer.known.get(at++) ?? nothingKnown) };
}

const nothingKnown: Known = { content: null, trait: null, finding: null };

/** The options of a second reading, in which nothing is inspected again. */
function withoutInspector(options: ReadOptions): ReadOptions {
  const { inspector: _, ...plain } = options;
  return plain;
}

/** A hard link whose content is wanted by the link's own path: `size` bytes at most, or what a finder makes of it. */
interface WantedLink {
  readonly path: string;
  readonly target: string;
  readonly size: number;
}

/**
 * Files that were not asked for by their own path but by that of a hard link to them, which a tar archive has later.
 * Package managers with a shared store make such layers; they are read twice.
 */
function linkedContents(
  layer: Layer,
  links: readonly WantedLink[],
  { finder }: ReadOptions,
): ReadonlyMap<string, WantedLink> {
  const wanted = new Map(links.map((link) => [link.target, link]));
  const missing = new Map<string, WantedLink>();
  if (wanted.size === 0) return missing;
  for (const { file, content, finding } of layerFiles(layer)) {
    const link = file.type === "file" ? wanted.get(file.path) : undefined;
    if (link === undefined) continue;
    const lacksContent = link.size > 0 && content === null;
    const lacksFinding = finding === null && finder?.wants(link.path) === true && file.size > 0;
    if (lacksContent || lacksFinding) missing.set(file.path, link);
  }
  return missing;
}

function underOtherNames(finder: Finder, links: ReadonlyMap<string, WantedLink>): Finder {
  return {
    wants: () => false,
    open(path, file, start) {
      const link = links.get(path);
      return link === undefined ? null : finder.open(link.path, file, start);
    },
  };
}

/** Linux's PATH_MAX without its NUL: no program could open a longer path, nor make a link to one. */
const nameLength = 4095;

/** What may follow the end of an archive and is still read: tar programs fill their last record, of up to 1 MiB, with zeros. */
const mostBehindEnd = 2 ** 20;

/** How many times its size a layer unpacks to at most, but for files that are nearly empty; text comes to some ten. */
const usualRatio = 100;

/** For Zstandard of level 20 and below; build tools use 8 MiB at most. */
const window = 32 * 2 ** 20;

interface Pass {
  readonly layer: Layer;
  readonly links: readonly WantedLink[];
}

async function readPass(source: Source, place: LayerPlace, options: ReadOptions): Promise<Pass> {
  const { descriptor, diffId } = place;
  const what = `the layer ${descriptor.digest}`;
  const collected = collect(place, options);
  const parser = createTarParser(collected.handler, { what, limits: { nameLength } });
  const hash = options.verifyDiffIds === true ? createHash("sha256") : null;
  const packed = await openPacked(source, descriptor, options.signal);
  const meter = createMeter(descriptor, packed, options.budget);
  const limit = options.budget.unpackedBytes;
  let unpackedSize = 0;
  try {
    for await (const chunk of decompress(packed.bytes, { limit, what, window, lends: true, borrows: true })) {
      options.signal?.throwIfAborted();
      unpackedSize += chunk.length;
      meter.count(chunk.length);
      hash?.update(chunk);
      parser.write(chunk);
      const last = parser.size === null ? Number.POSITIVE_INFINITY : parser.size + mostBehindEnd;
      if (unpackedSize <= last || hash !== null) continue;
      unpackedSize = last;
      break;
    }
    parser.end();
    await packed.readRest();
  } catch (cause) {
    if (!(cause instanceof ArchiveError)) throw cause;
    if (cause.code === "ARCHIVE_TOO_LARGE") throw tooMuch(descriptor, cause.message, cause);
    await packed.readRest();
    throw invalid(descriptor, cause.message, cause);
  } finally {
    await packed.close();
  }
  const digest = hash === null ? diffId : `sha256:${hash.digest("hex")}`;
  if (digest !== diffId) throw otherDiffId(descriptor, digest, diffId);
  const { files, known, markers, links } = collected;
  return { layer: { files, known, markers, unpackedSize }, links };
}

/** Counts unpacked bytes off a budget. */
function createMeter(descriptor: Descriptor, packed: PackedLayer, budget: WalkBudget) {
  let unpacked = 0;
  let swollen = 0;
  return {
    count(bytes: number): void {
      unpacked += bytes;
      budget.unpackedBytes -= bytes;
      if (budget.unpackedBytes < 0) throw tooMuch(descriptor, "all layers together are too large");
      const before = swollen;
      swollen = Math.max(0, unpacked - usualRatio * packed.size());
      budget.swollenBytes -= swollen - before;
      if (budget.swollenBytes >= 0) return;
      throw tooMuch(descriptor, `it unpacks to more than ${usualRatio} times its size, by gigabytes`);
    },
  };
}

function collect(place: LayerPlace, options: ReadOptions) {
  const { budget, inspector, finder } = options;
  const files = packFiles(place.index);
  const known = new Map<number, Known>();
  const markers: string[] = [];
  const links: WantedLink[] = [];
  /** What the file being read is kept for, and who else reads it; files follow one another. */
  let keptSize = 0;
  let looksWhole = false;
  let sink: FindingSink | null = null;

  const spend = (bytes: number) => {
    budget.keptBytes -= bytes;
    if (budget.keptBytes < 0) throw tooMuch(place.descriptor, "the files to be read are too large");
  };
  const learn = (part: Partial<Known>) => {
    const at = files.count - 1;
    known.set(at, { ...(known.get(at) ?? nothingKnown), ...part });
  };
  const say = (trait: FileTrait | null) => {
    if (trait === null) return;
    spend(JSON.stringify(trait).length);
    learn({ trait });
  };
  const find = (finding: unknown) => {
    if (finding === null) return;
    spend(JSON.stringify(finding).length);
    learn({ finding });
  };
  const noteLink = ({ path, linkPath }: TarHeader) => {
    const size = options.keep(path, { size: 0, type: "link" });
    if (size === 0 && finder?.wants(path) !== true) return;
    spend(path.length + linkPath.length);
    links.push({ path, target: linkPath, size });
  };
  const handler: TarHandler = {
    entry(header) {
      if (--budget.entries < 0) throw tooMuch(place.descriptor, "its files are too many");
      looksWhole = false;
      sink = null;
      keptSize = 0;
      if (header.path === "") return 0;
      if (isMarker(header.path)) markers.push(header.path);
      if (header.type === "link") noteLink(header);
      keptSize = header.type === "file" ? options.keep(header.path, header) : 0;
      files.add(imageFile(header, place.index));
      return keptSize;
    },
    file(header, content) {
      if (looksWhole) say(inspector?.whole(header, content) ?? null);
      sink?.write(content);
      if (sink !== null) find(sink.end());
      if (keptSize < header.size) return;
      spend(content.length);
      learn({ content: new Uint8Array(content) });
    },
  };
  const start = (header: TarHeader, bytes: Uint8Array): number | TarSink => {
    if (header.path === "") return 0;
    sink = finder?.open(header.path, header, bytes) ?? null;
    const found = inspector?.start(header, bytes) ?? null;
    looksWhole = found === "whole";
    if (found !== "whole") say(found);
    if (looksWhole) return header.size;
    return sink === null || keptSize >= header.size ? 0 : tarSink(sink, find);
  };
  const looks = inspector !== undefined || finder !== undefined;
  return { files, known, markers, links, handler: looks ? { ...handler, start } : handler };
}

function imageFile(header: TarHeader, layer: number): ImageFile {
  const { path, type, mode, uid, gid, size, linkPath, pax } = header;
  const file = { path, type, mode, uid, gid, size, linkPath, layer };
  const capabilities = pax.get(capabilityRecord);
  return capabilities === undefined ? file : { ...file, capabilities: formatCapabilities(capabilities) };
}

function invalid(descriptor: Descriptor, reason: string, cause?: unknown): FactsError {
  return new FactsError("FACTS_LAYER_INVALID", `the layer ${descriptor.digest} cannot be read: ${reason}`, {
    hint: "the image was written wrongly or is not a container image; build or fetch it again",
    cause,
  });
}

function tooMuch(descriptor: Descriptor, reason: string, cause?: ArchiveError): FactsError {
  return new FactsError("FACTS_TOO_LARGE", `the layer ${descriptor.digest} holds more than is read: ${reason}`, {
    hint: cause?.hint ?? "no ordinary image is this large; if it is to be trusted, look at what fills it",
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
