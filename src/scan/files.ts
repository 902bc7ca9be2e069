import { CodedError } from "../error.ts";
import type { Finder, FindingSink } from "../facts/files/finder.ts";
import { createTree, type MutableTree } from "../facts/merge.ts";
import { emptyContainerConfig, type ImageConfig } from "../oci/config.ts";
import type { Sbom, ScanWarning } from "../sbom/model.ts";
import { compareTexts } from "../sbom/order.ts";
import { catalogTree } from "./catalog.ts";
import { folderCatalogers } from "./catalogers.ts";
import { createFinder } from "./finder.ts";
import { keep } from "./scan.ts";
import { usualUnownedPaths } from "./unowned.ts";

/** A file of a folder that is no image. Paths have no leading slash, each comes once. */
export interface PlainFile {
  readonly path: string;
  readonly type: "file" | "directory" | "symlink";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly linkPath: string;
  /** `size` bytes; an error with the code CONTENT_UNREADABLE is of this file alone, and becomes a warning. */
  content(): AsyncIterable<Uint8Array>;
}

/** How to scan files. `reference` is what they are called; `warnings` is asked at the end for what their reader passed over. */
export interface FilesScanOptions {
  readonly reference: string;
  readonly warnings: () => readonly ScanWarning[];
  /** As for a scan of an image. */
  readonly files?: boolean;
  readonly allUnowned?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Says what is in files that are not in an image, as if they were all there is in one: contents are read as far as a
 * cataloger asks for them. Throws what a scan of an image does, and what the files' reader throws.
 */
export async function scanFiles(plainFiles: AsyncIterable<PlainFile>, options: FilesScanOptions): Promise<Sbom> {
  const finder = createFinder(folderCatalogers, { digests: options.files === true });
  const reading: Reading = { tree: createTree(), finder, warnings: [] };
  const readers = new Set<Promise<void>>();
  const failures: unknown[] = [];
  try {
    for await (const file of plainFiles) {
      options.signal?.throwIfAborted();
      const { path, type, mode, uid, gid, size, linkPath } = file;
      reading.tree.files.set(path, { path, type, mode, uid, gid, size, linkPath, layer: 0 });
      if (type !== "file" || size === 0) continue;
      const reader: Promise<void> = read(file, reading)
        .catch((cause: unknown) => void failures.push(cause))
        .finally(() => void readers.delete(reader));
      readers.add(reader);
      if (readers.size >= readAtOnce) await Promise.race(readers);
      if (failures.length > 0) break;
    }
  } finally {
    await Promise.all(readers);
    finder.close();
  }
  if (failures.length > 0) throw failures[0];
  const image = { reference: options.reference, digest: null, platform: null };
  const { files = false, allUnowned = false } = options;
  const unownedPaths = allUnowned ? Number.POSITIVE_INFINITY : usualUnownedPaths;
  const subject = { image, config: noConfig, base: null, files, unownedPaths };
  const sbom = catalogTree({ ...reading.tree, layers: [] }, subject, folderCatalogers);
  const warnings = [...options.warnings(), ...reading.warnings, ...sbom.warnings];
  return { ...sbom, warnings: warnings.sort((a, b) => compareTexts(a.path, b.path)) };
}

/** Files being read at a time: most of the time goes into waiting for the disk. */
const readAtOnce = 8;

const noConfig: ImageConfig = {
  platform: { os: "linux", architecture: "unknown" },
  container: emptyContainerConfig,
  diffIds: [],
  history: [],
};

interface Reading {
  readonly tree: MutableTree;
  readonly finder: Finder;
  readonly warnings: ScanWarning[];
}

async function read(file: PlainFile, { tree, finder, warnings }: Reading): Promise<void> {
  const { path, size } = file;
  try {
    const { content, finding } = await look(file, finder);
    if (content !== null && content.length === size) tree.contents.set(path, content);
    if (finding !== null) tree.findings.set(path, finding);
  } catch (cause) {
    if (!(cause instanceof CodedError) || cause.code !== "CONTENT_UNREADABLE") throw cause;
    warnings.push({ path, reason: cause.message });
  }
}

/** How many bytes of a file a finder is shown at least, where it has as many. */
const startSize = 256;

async function look(file: PlainFile, finder: Finder): Promise<{ content: Uint8Array | null; finding: unknown }> {
  const { path, size } = file;
  const isKept = keep(path, { size, type: "file" }) >= size;
  const kept: Uint8Array[] = [];
  let start = new Uint8Array(0);
  let sink: FindingSink | null = null;
  let isOpen = false;
  for await (const piece of file.content()) {
    if (isKept) kept.push(new Uint8Array(piece));
    if (isOpen) {
      sink?.write(piece);
      continue;
    }
    start = Buffer.concat([start, piece]);
    if (start.length < Math.min(startSize, size)) continue;
    sink = finder.open(path, { size, type: "file" }, start.subarray(0, startSize));
    isOpen = true;
    if (sink === null && !isKept) break;
    sink?.write(start);
  }
  return { content: isKept ? Buffer.concat(kept) : null, finding: sink?.end() ?? null };
}
