import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, rm, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress } from "node:zlib";
import { openAdvisoryIndex } from "../index/read.ts";
import { indexVersion } from "../index/schema.ts";
import { type BundleDescription, bundlePayloadType, encodeDescription, encodeHead } from "./format.ts";
import { placeFile } from "./place.ts";
import { exactSources } from "./sources.ts";

/** Puts a payload into a DSSE envelope, as JSON, signed or not. */
export type Seal = (payload: Uint8Array, payloadType: string) => Uint8Array;

/** How to write a bundle. */
export interface WriteBundleOptions {
  readonly seal: Seal;
  readonly now: Date;
  readonly signal?: AbortSignal;
  /** Called with bytes of the index. */
  readonly progress?: (done: number, total: number) => void;
}

/**
 * Writes the index at `index`, which nobody may change meanwhile, to `file` as a bundle. Throws VULN_INDEX_INVALID,
 * VULN_INDEX_UNWRITABLE, and the signal's reason; then `file` is what it was.
 */
export async function writeBundle(
  index: string,
  file: string,
  options: WriteBundleOptions,
): Promise<BundleDescription & { readonly size: number }> {
  const opened = openAdvisoryIndex(index);
  const sources = exactSources(opened);
  opened.close();
  const { size } = await stat(index);
  return await placeFile(file, async (handle, temporary) => {
    const compressed = `${temporary}.zst`;
    try {
      const content = await placeFile(compressed, async (into) => await compress(index, into, { ...options, size }));
      const description: BundleDescription = {
        schema: "hardpan/advisories/1",
        created: options.now.toISOString(),
        index: { version: indexVersion, size },
        content: { compression: "zstd", ...content },
        sources: [...sources],
      };
      const envelope = options.seal(encodeDescription(description), bundlePayloadType);
      await handle.writeFile(encodeHead(envelope.length));
      await handle.writeFile(envelope);
      await handle.writeFile(createReadStream(compressed, { highWaterMark: 1 << 20 }));
      return { ...description, size: (await handle.stat()).size };
    } finally {
      await rm(compressed, { force: true });
    }
  });
}

async function compress(
  index: string,
  into: FileHandle,
  options: Pick<WriteBundleOptions, "signal" | "progress"> & { readonly size: number },
): Promise<{ readonly size: number; readonly sha256: string }> {
  const hash = createHash("sha256");
  let read = 0;
  let size = 0;
  const { ZSTD_c_compressionLevel: level, ZSTD_c_checksumFlag: checksum } = constants;
  await pipeline(
    createReadStream(index, { highWaterMark: 1 << 20 }),
    async function* (content: AsyncIterable<Uint8Array>) {
      for await (const chunk of content) {
        read += chunk.length;
        options.progress?.(read, options.size);
        yield chunk;
      }
    },
    createZstdCompress({ params: { [level]: 9, [checksum]: 1 } }),
    async (content: AsyncIterable<Uint8Array>) => {
      for await (const chunk of content) {
        hash.update(chunk);
        size += chunk.length;
        await into.writeFile(chunk);
      }
    },
    options.signal === undefined ? {} : { signal: options.signal },
  );
  return { size, sha256: hash.digest("hex") };
}
