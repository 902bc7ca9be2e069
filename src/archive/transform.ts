import type { Transform } from "node:stream";
import type { Bytes, ReadLimit } from "./bytes.ts";
import { type ArchiveError, tooLarge } from "./error.ts";

/** A transform of node:zlib: it counts the input it has consumed. */
export type ZlibTransform = Transform & { readonly bytesWritten: number };

/** How to decompress with a transform. */
export interface TransformOptions extends ReadLimit {
  readonly create: () => ZlibTransform;
  /** Whether input left after the end of a part begins another one; else it is an error. */
  readonly parts: boolean;
  /** The error for input that is not what it should be. */
  readonly invalid: (problem: string, cause?: unknown) => ArchiveError;
}

/**
 * Decompresses `source`, watching the size of what comes out. node:zlib drops what follows the end of a part in the
 * same chunk without a word; here it is read on or refused. Errors of `source` pass as they are.
 */
export async function* through(source: Bytes, options: TransformOptions): AsyncGenerator<Uint8Array> {
  const input: Input = {
    iterator: source[Symbol.asyncIterator](),
    rest: new Uint8Array(0),
    done: false,
    failure: null,
  };
  let size = 0;
  try {
    while (!input.done) {
      for await (const chunk of onePart(input, options)) {
        size += chunk.length;
        if (size > options.limit) throw tooLarge(options.what, options.limit);
        yield chunk;
        if (options.lends === true) giveBack(chunk);
      }
      if (!input.done && !options.parts) throw options.invalid("bytes follow its end");
    }
  } finally {
    input.iterator.return?.().catch(() => {});
  }
}

/** What is still to be decompressed. */
interface Input {
  readonly iterator: AsyncIterator<Uint8Array>;
  rest: Uint8Array;
  done: boolean;
  failure: { readonly cause: unknown } | null;
}

async function* onePart(input: Input, options: TransformOptions): AsyncGenerator<Uint8Array> {
  const transform = options.create();
  const feeding = feed(input, transform).catch((cause: unknown) => {
    input.failure = { cause };
    transform.destroy(new Error("the source failed"));
  });
  try {
    for await (const chunk of transform) if (chunk instanceof Uint8Array) yield chunk;
  } catch (cause) {
    if (input.failure !== null) throw input.failure.cause;
    throw isZlibError(cause) ? options.invalid(cause.message, cause) : cause;
  } finally {
    transform.destroy();
  }
  await feeding;
  if (!input.done && transform.bytesWritten === 0) throw options.invalid("bytes follow its end");
}

/** Writes input until there is none or the transform has come to its end; `input.rest` is what it did not take. */
async function feed(input: Input, transform: ZlibTransform): Promise<void> {
  for (let open = true; open; ) {
    if (input.rest.length === 0) {
      const next = await input.iterator.next();
      if (next.done === true) {
        input.done = true;
        transform.end();
        return;
      }
      input.rest = next.value;
      if (input.rest.length === 0) continue;
    }
    const before = transform.bytesWritten;
    open = await write(transform, input.rest);
    input.rest = input.rest.subarray(transform.bytesWritten - before);
  }
}

/** Whether the transform takes more after `chunk`; false when it has ended or failed, which its reader then knows. */
async function write(transform: Transform, chunk: Uint8Array): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const closed = () => resolve(false);
  transform.once("close", closed);
  transform.write(chunk, (error) => resolve(error === null || error === undefined));
  const open = await promise;
  transform.off("close", closed);
  return open && !transform.destroyed;
}

/**
 * Frees the buffer that `chunk` is the last of, which the garbage collector would come to much later: it does not see how
 * much memory hangs on it.
 */
function giveBack({ buffer, byteOffset, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && byteOffset + byteLength === buffer.byteLength) buffer.transfer(0);
}

function isZlibError(cause: unknown): cause is Error & { readonly code: string } {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" && /^(Z_|ZSTD_)/.test(cause.code);
}
