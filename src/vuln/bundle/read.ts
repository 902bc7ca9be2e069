import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { unzstd } from "../../archive/zstd.ts";
import { CodedError } from "../../error.ts";
import { VulnError } from "../error.ts";
import { openAdvisoryIndex } from "../index/read.ts";
import { indexVersion } from "../index/schema.ts";
import type { AdvisorySource } from "../model.ts";
import {
  type BundleDescription,
  bundlePayloadType,
  headSize,
  invalidBundle,
  looksLikeBundle,
  parseDescription,
  parseHead,
} from "./format.ts";
import { checkIndex } from "./inspect.ts";
import { placeFile } from "./place.ts";
import { exactSources, olderSources } from "./sources.ts";

/** What an envelope holds once its signature has been checked, or was not to be. */
export interface Unsealed {
  readonly payload: Uint8Array;
  readonly payloadType: string;
  /** SHA-256 of the key whose signature verifies; null where none was asked for. */
  readonly keyId: string | null;
}

/** Opens a DSSE envelope. Throws where its signature is not as the caller wants it, before the payload is read. */
export type Unseal = (envelope: Uint8Array) => Unsealed;

/** How to import a bundle. */
export interface ImportBundleOptions {
  readonly unseal: Unseal;
  /** Whether a bundle may take the place of newer data. */
  readonly allowOlder: boolean;
  readonly signal?: AbortSignal;
  /** Called with bytes of the bundle. */
  readonly progress?: (done: number, total: number) => void;
}

/** A bundle that has taken the index's place. */
export interface ImportedBundle extends BundleDescription {
  readonly keyId: string | null;
}

/** Whether the file at `path` begins as bundles do; false for a folder and for what cannot be read. */
export async function isBundle(path: string): Promise<boolean> {
  const handle = await open(path, "r").catch(() => null);
  if (handle === null) return false;
  try {
    return looksLikeBundle(await readAt(handle, { start: 0, size: headSize }));
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}

/**
 * Puts the index of the bundle `file` in place of the one at `into`. The signature is checked before anything else is read;
 * then version, age and size; then, while it is unpacked beside the old one, its hash; and at last that it is an index with
 * the sources that were signed. Throws what `unseal` throws, VULN_BUNDLE_INVALID, VULN_BUNDLE_OTHER_VERSION,
 * VULN_BUNDLE_OLDER, VULN_INDEX_UNWRITABLE and the signal's reason; the old index is then unchanged.
 */
export async function importBundle(file: string, into: string, options: ImportBundleOptions): Promise<ImportedBundle> {
  const handle = await open(file, "r").catch((cause: unknown) => {
    throw invalidBundle(file, "it cannot be read", cause);
  });
  try {
    const { description, keyId, start } = await readDescription(handle, file, options.unseal);
    requireVersion(description, file);
    if (!options.allowOlder) requireNewer(description.sources, { file, into });
    await requireSize(handle, file, start + description.content.size);
    const content = { handle, file, start, description };
    await placeFile(
      into,
      async (target) => await unpack(content, target, options),
      (unpacked) => checkUnpacked(unpacked, { file, description }),
    );
    return { ...description, keyId };
  } finally {
    await handle.close();
  }
}

async function readDescription(handle: FileHandle, file: string, unseal: Unseal) {
  const length = parseHead(await readAt(handle, { start: 0, size: headSize }), file);
  const envelope = await readAt(handle, { start: headSize, size: length });
  if (envelope.length < length) throw invalidBundle(file, "it ends within its envelope");
  const { payload, payloadType, keyId } = unseal(envelope);
  if (payloadType !== bundlePayloadType) throw invalidBundle(file, `it holds ${payloadType}, not advisories`);
  return { description: parseDescription(payload, file), keyId, start: headSize + length };
}

async function readAt(
  handle: FileHandle,
  { start, size }: { readonly start: number; readonly size: number },
): Promise<Uint8Array> {
  const buffer = Buffer.alloc(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await handle.read(buffer, filled, size - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

function requireVersion({ index }: BundleDescription, file: string): void {
  if (index.version === indexVersion) return;
  const message = `${file} has an index of version ${index.version}; this program reads ${indexVersion}`;
  throw new VulnError("VULN_BUNDLE_OTHER_VERSION", message, {
    hint: "export and import with the same version of Hardpan; the old index is unchanged",
  });
}

/** Throws VULN_BUNDLE_OLDER where the index at `into` has newer data of a source; one that cannot be read has none. */
function requireNewer(
  sources: readonly AdvisorySource[],
  { file, into }: { readonly file: string; readonly into: string },
): void {
  const older = olderSources(sources, sourcesThere(into));
  if (older.length === 0) return;
  const named = older.map(({ source, next, there }) => `${source} of ${next}, here is that of ${there}`);
  throw new VulnError("VULN_BUNDLE_OLDER", `${file} is older than the advisories here: ${named.join("; ")}`, {
    hint: "take a newer bundle; with --allow-older it takes the place of newer data",
  });
}

function sourcesThere(path: string): readonly AdvisorySource[] {
  try {
    const index = openAdvisoryIndex(path);
    try {
      return exactSources(index);
    } finally {
      index.close();
    }
  } catch (cause) {
    if (cause instanceof VulnError && cause.code === "VULN_INDEX_INVALID") return [];
    throw cause;
  }
}

async function requireSize(handle: FileHandle, file: string, wanted: number): Promise<void> {
  const { size } = await handle.stat();
  if (size < wanted) throw invalidBundle(file, `it is cut short: ${size} of ${wanted} bytes`);
  if (size > wanted) throw invalidBundle(file, `there are ${size - wanted} bytes after its end`);
}

interface Content {
  readonly handle: FileHandle;
  readonly file: string;
  readonly start: number;
  readonly description: BundleDescription;
}

/** Unpacks the index into `target`. Throws VULN_BUNDLE_INVALID where it is not the one that was signed. */
async function unpack(content: Content, target: FileHandle, options: ImportBundleOptions): Promise<void> {
  const { file, description } = content;
  const hash = createHash("sha256");
  const packed = packedBytes(content, options, (chunk) => hash.update(chunk));
  let size = 0;
  try {
    for await (const chunk of unzstd(packed, { limit: description.index.size, what: file })) {
      size += chunk.length;
      await target.writeFile(chunk);
    }
  } catch (cause) {
    options.signal?.throwIfAborted();
    if (cause instanceof CodedError) throw invalidBundle(file, `its index cannot be unpacked: ${cause.message}`, cause);
    throw cause;
  }
  if (hash.digest("hex") !== description.content.sha256) throw invalidBundle(file, "its index is not the one signed");
  if (size !== description.index.size) throw invalidBundle(file, `its index has ${size} bytes, not as signed`);
}

async function* packedBytes(
  { handle, start, description }: Content,
  { signal, progress }: ImportBundleOptions,
  seen: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  const { size } = description.content;
  for (let at = 0; at < size; ) {
    signal?.throwIfAborted();
    const chunk = await readAt(handle, { start: start + at, size: Math.min(1 << 20, size - at) });
    if (chunk.length === 0) return;
    at += chunk.length;
    seen(chunk);
    progress?.(at, size);
    yield chunk;
  }
}

function checkUnpacked(
  path: string,
  { file, description }: { readonly file: string; readonly description: BundleDescription },
): void {
  try {
    checkIndex(path);
    const index = openAdvisoryIndex(path);
    const sources = exactSources(index);
    index.close();
    if (JSON.stringify(sources) === JSON.stringify(description.sources)) return;
  } catch (cause) {
    if (!(cause instanceof VulnError)) throw cause;
    throw invalidBundle(file, `what it holds is no index of advisories: ${cause.message}`, cause);
  }
  throw invalidBundle(file, "its index has other sources than were signed");
}
