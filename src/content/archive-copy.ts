import { mkdtemp, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { decompress } from "../archive/decompress.ts";
import { type ImageArchive, openArchive } from "./archive-read.ts";
import { writeStream } from "./disk.ts";
import { diskError } from "./disk-error.ts";

/** The largest copy that is made where no other limit is given, in bytes. */
const usualLimit = 16 * 2 ** 30;

/** Where a copy may stand and how large it may become. */
export interface ArchiveCopyOptions {
  readonly temporaryDirectory: string;
  /** What messages call the archive. */
  readonly shown: string;
  /** Bytes of the unpacked archive; 16 GiB where not given. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/**
 * Opens an image archive that comes as a stream, packed (gzip, xz, Zstandard, bzip2) or not: a tar file is read in any
 * order, so that its unpacked bytes are written to a file below `temporaryDirectory`, which closing the archive removes.
 * Throws ARCHIVE_TOO_LARGE above the limit, CONTENT_UNWRITABLE, what decompression throws, and what `openArchive` throws.
 */
export async function openArchiveCopy(
  content: AsyncIterable<Uint8Array>,
  options: ArchiveCopyOptions,
): Promise<ImageArchive> {
  const { temporaryDirectory, shown } = options;
  return await openTemporaryArchive(temporaryDirectory, async (file) => await store(content, file, options), { shown });
}

/**
 * Opens the image archive that `write` writes to a file below `temporaryDirectory`, which closing the archive removes, as
 * does a failure. Throws CONTENT_UNWRITABLE, and what `write` and `openArchive` throw.
 */
export async function openTemporaryArchive(
  temporaryDirectory: string,
  write: (file: string) => Promise<void>,
  options: { readonly shown?: string } = {},
): Promise<ImageArchive> {
  const folder = await mkdtemp(join(temporaryDirectory, "hardpan-")).catch((cause: unknown) => {
    throw diskError(cause, temporaryDirectory);
  });
  const remove = async () => await rm(folder, { recursive: true, force: true });
  try {
    const file = join(folder, "image.tar");
    await write(file);
    const archive = await openArchive(file, options);
    const close = async () => {
      await archive.close();
      await remove();
    };
    return { ...archive, close, [Symbol.asyncDispose]: close };
  } catch (cause) {
    await remove();
    throw cause;
  }
}

async function store(
  content: AsyncIterable<Uint8Array>,
  file: string,
  { limit = usualLimit, shown, signal }: ArchiveCopyOptions,
): Promise<void> {
  await using handle = await open(file, "wx", 0o600);
  const unpacked = decompress(watched(content, signal), { limit, what: shown });
  await writeStream(handle, unpacked).catch((cause: unknown) => {
    throw diskError(cause, file);
  });
}

async function* watched(
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of content) {
    signal?.throwIfAborted();
    yield chunk;
  }
}
