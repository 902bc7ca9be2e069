import type { ReadableStream } from "node:stream/web";

/** Unpacks a stream of xz data; fails in its own words for damaged data. */
export type XzDecoder = (input: ReadableStream<Uint8Array>) => AsyncIterable<Uint8Array>;

/** The native decoder, which works on threads of its own; null where npm has not installed it for this machine. */
export async function nativeXzDecoder(): Promise<XzDecoder | null> {
  try {
    const { xz } = await import("@napi-rs/lzma");
    return (input) => xz.decompressStream(input);
  } catch {
    return null;
  }
}

/** The same in WebAssembly: for every machine, on the caller's own thread. */
export async function portableXzDecoder(): Promise<XzDecoder> {
  const { default: library } = await import("xz-decompress");
  return (input) => new library.XzReadableStream(input);
}

/** The fastest decoder there is here. */
export async function bestXzDecoder(): Promise<XzDecoder> {
  return (await nativeXzDecoder()) ?? (await portableXzDecoder());
}
