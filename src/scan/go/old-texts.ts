import { segmentTypes } from "../../elf/header.ts";
import type { OutlineSegment } from "../../elf/outline.ts";
import { createSearch } from "../../elf/search.ts";
import type { ByteSink, WantedRange } from "../../elf/stream.ts";
import { frameMarks, pointerAt, type TextPointers } from "./build-info.ts";

/** Texts among a program's constants that can be Go's version or module lines. */
export interface OldTexts {
  /** What has to be seen of the program for that. */
  readonly ranges: readonly WantedRange[];
  /** The texts that `headers`, an address and a length each, stand for; the only ones there are where there are no headers. */
  resolve(headers: TextHeaders | null): GoTexts | null;
}

/** Go's version and module lines, the latter with their marks, and empty where there are none. */
export interface GoTexts {
  readonly version: Uint8Array;
  readonly modules: Uint8Array;
}

/** Where two texts stand in memory. */
export interface TextHeaders {
  readonly version: TextPlace;
  readonly modules: TextPlace;
}

interface TextPlace {
  readonly address: bigint;
  readonly length: number;
}

const limits = { version: 64, versions: 1000, modules: 2 ** 20, frames: 40, segments: 16 };
const releaseMark = Buffer.from("go1.");

/**
 * Collects the texts that a Go before 1.18 left among its constants, which stream past before it is known where they are.
 * Only in programs with Go's note, which stands near the start of the file; others cost nothing.
 */
export function collectOldTexts(segments: readonly OutlineSegment[]): OldTexts {
  const versions = new Map<bigint, Uint8Array>();
  const modules = new Map<bigint, Uint8Array>();
  let isGo = false;
  let frames = 0;

  const judge = (found: Uint8Array, address: bigint): "next" | "stop" | number => {
    if (found[0] === releaseMark[0]) {
      versions.set(address, Uint8Array.from(found.subarray(0, limits.version)));
      return versions.size > limits.versions ? "stop" : "next";
    }
    if (++frames > limits.frames) return "stop";
    const seen = Math.min(found.length, limits.modules);
    const end = Buffer.from(found.buffer, found.byteOffset, seen).indexOf(frameMarks.end);
    if (end >= 0) modules.set(address, Uint8Array.from(found.subarray(0, end + frameMarks.end.length)));
    return end >= 0 || found.length >= limits.modules ? "next" : found.length * 4;
  };
  const seeNote = () => {
    isGo = true;
  };
  const textReader = (segment: OutlineSegment): ByteSink => {
    const options = { needles: [releaseMark, frameMarks.start], lookahead: limits.version, size: segment.size };
    const search = createSearch({ ...options, judge: (found, at) => judge(found, segment.address + BigInt(at)) });
    return {
      write(bytes) {
        if (isGo) search.write(bytes);
      },
      end: search.end,
    };
  };
  const constants = segments.filter(
    ({ type, writable, executable }) => type === segmentTypes.load && !writable && !executable,
  );
  const notes = segments.filter(({ type }) => type === segmentTypes.note);
  return {
    ranges: [
      ...notes.slice(0, limits.segments).map((segment) => ({ ...rangeOf(segment), sink: noteReader(seeNote) })),
      ...constants.slice(0, limits.segments).map((segment) => ({ ...rangeOf(segment), sink: textReader(segment) })),
    ],
    resolve(headers) {
      if (headers === null) return onlyTexts([...versions.values()], [...modules.values()]);
      const version = versions.get(headers.version.address)?.subarray(0, headers.version.length);
      if (version === undefined || version.length !== headers.version.length) return null;
      return { version, modules: modules.get(headers.modules.address) ?? new Uint8Array(0) };
    },
  };
}

/** Reads an address and a length at the places that `pointers` name, `offsetOf` telling where those are in `bytes`; null for outside. */
export function readTextHeaders(
  bytes: Uint8Array,
  pointers: TextPointers,
  offsetOf: (address: bigint) => number,
): TextHeaders | null {
  const { size } = pointers;
  const placeAt = (pointer: bigint): TextPlace | null => {
    if (pointer === 0n) return { address: 0n, length: 0 };
    const at = offsetOf(pointer);
    if (!(at >= 0 && at + 2 * size <= bytes.length)) return null;
    return { address: pointerAt(bytes, at, pointers), length: Number(pointerAt(bytes, at + size, pointers)) };
  };
  const [version, modules] = [placeAt(pointers.version), placeAt(pointers.modules)];
  return version === null || modules === null ? null : { version, modules };
}

function rangeOf({ offset, size }: OutlineSegment) {
  return { start: offset, end: offset + size };
}

/** Tells of a note by `Go`: its name has four bytes with the zero at the end and fills those. */
function noteReader(found: () => void): ByteSink {
  const needles = [Buffer.from("Go\0\0", "latin1")];
  const judge = (): "stop" => {
    found();
    return "stop";
  };
  return createSearch({ needles, lookahead: 4, size: 4096, judge });
}

/** Without headers, a version counts where the program names no other, and is not a part of a file's name. */
function onlyTexts(versions: readonly Uint8Array[], modules: readonly Uint8Array[]): GoTexts | null {
  const texts = versions.flatMap((bytes) => {
    const [, version] = /^(go1\.\d{1,2}(?:\.\d{1,2})?)(?![\d.])/.exec(Buffer.from(bytes).toString("latin1")) ?? [];
    return version ?? [];
  });
  const [version, ...others] = new Set(texts);
  const [lines = new Uint8Array(0), ...more] = modules;
  return version === undefined || others.length > 0 || more.length > 0
    ? null
    : { version: Buffer.from(version), modules: lines };
}
