import type { ArchiveError } from "../../archive/error.ts";
import type { TarHandler, TarHeader, TarSink } from "../../archive/tar-read.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { capabilityRecord, formatCapabilities } from "../capability.ts";
import { FactsError } from "../error.ts";
import type { ImageFile } from "../model.ts";
import type { FileTrait } from "../trait.ts";
import { isMarker } from "../whiteout.ts";
import { type FindingSink, tarSink } from "./finder.ts";
import { type Known, type LayerPlace, nothingKnown, type ReadOptions, type WalkBudget } from "./layer.ts";
import { packFiles } from "./packed.ts";

/** A hard link whose content is wanted by the link's own path: `size` bytes at most, or what a finder makes of it. */
export interface WantedLink {
  readonly path: string;
  readonly target: string;
  readonly size: number;
}

/** Where links lead is looked up folder by folder. */
const mostLevels = 512;

function isDeep(path: string): boolean {
  return path.length > 2 * mostLevels && path.split("/").length > mostLevels + 1;
}

/** Gathers the files of a layer as they stream past, and what is known of them. Its handler throws FACTS_TOO_LARGE. */
export function collect(place: LayerPlace, options: ReadOptions) {
  const { budget, inspector, finder } = options;
  const files = packFiles(place.index);
  const known = new Map<number, Known>();
  const markers: string[] = [];
  let listedBytes = 0;
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
  const list = (header: TarHeader) => {
    const { path, linkPath } = header;
    const shared = files.add(imageFile(header, place.index));
    const sharedFolders = path.lastIndexOf("/", shared - 1) + 1;
    const bytes = listedSize + linkPath.length + path.length - sharedFolders;
    listedBytes += bytes;
    spendListed(place.descriptor, bytes, budget);
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
      if (isDeep(header.path)) throw tooMuch(place.descriptor, `a path leads through more than ${mostLevels} folders`);
      if (isMarker(header.path)) markers.push(header.path);
      if (header.type === "link") noteLink(header);
      keptSize = header.type === "file" ? options.keep(header.path, header) : 0;
      list(header);
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
  const result = { files, known, markers, links, listedBytes: () => listedBytes };
  return { ...result, handler: looks ? { ...handler, start } : handler };
}

function imageFile(header: TarHeader, layer: number): ImageFile {
  const { path, type, mode, uid, gid, size, linkPath, pax } = header;
  const file = { path, type, mode, uid, gid, size, linkPath, layer };
  const capabilities = pax.get(capabilityRecord);
  return capabilities === undefined ? file : { ...file, capabilities: formatCapabilities(capabilities) };
}

/** What a file takes in lists besides its path, in bytes. */
const listedSize = 8;

/** Counts bytes of a layer's list of files off `budget`. Throws FACTS_TOO_LARGE when it is spent. */
export function spendListed(descriptor: Descriptor, bytes: number, budget: WalkBudget): void {
  budget.listedBytes -= bytes;
  if (budget.listedBytes < 0) throw tooMuch(descriptor, "the paths of its files are too many and too long");
}

/** FACTS_TOO_LARGE for a layer. */
export function tooMuch(descriptor: Descriptor, reason: string, cause?: ArchiveError): FactsError {
  return new FactsError("FACTS_TOO_LARGE", `the layer ${descriptor.digest} holds more than is read: ${reason}`, {
    hint: cause?.hint ?? "no ordinary image is this large; if it is to be trusted, look at what fills it",
    cause,
  });
}
