import { viewOf } from "../../elf/header.ts";
import { type GoBuild, parseModuleInfo } from "./module-info.ts";

/** What every Go program's build information begins with, at an address that is a multiple of 16 (debug/buildinfo). */
export const magic = Buffer.from("\xff Go buildinf:", "latin1");

/** A header of 32 bytes, and behind it what fits here in most programs. */
export const usualSize = 4096;

const headerSize = 32;
const limits = { version: 256, modules: 2 ** 20 };

/** What stands where the magic does: enough of it, too little, or something else. */
export type BuildInfoBytes =
  | { readonly state: "read"; readonly build: GoBuild }
  | { readonly state: "more"; readonly size: number }
  | { readonly state: "pointers"; readonly pointers: TextPointers }
  | { readonly state: "other" };

/** Addresses of what Go before 1.18 has of its two texts: an address and a length, each of `size` bytes. */
export interface TextPointers {
  readonly size: 4 | 8;
  readonly littleEndian: boolean;
  readonly version: bigint;
  readonly modules: bigint;
}

/**
 * Reads build information that begins with `bytes`. Since Go 1.18 its texts stand behind the header, each after its length;
 * before, the header points to where they are in memory (`pointers`). Throws SCAN_FILE_INVALID for damaged module lines.
 */
export function readBuildInfo(bytes: Uint8Array): BuildInfoBytes {
  if (bytes.length < headerSize) return { state: "more", size: headerSize };
  const [size = 0, flags = 0] = bytes.subarray(magic.length);
  if ((flags & 2) === 0) {
    if (size !== 4 && size !== 8) return { state: "other" };
    const littleEndian = (flags & 1) === 0;
    const [version, modules] = [0, 1].map((index) => pointerAt(bytes, 16 + index * size, { size, littleEndian }));
    return { state: "pointers", pointers: { size, littleEndian, version: version ?? 0n, modules: modules ?? 0n } };
  }
  const version = textAt(bytes, headerSize, limits.version);
  if (version.state !== "read") return version;
  if (!isVersion(version.bytes)) return { state: "other" };
  const modules = textAt(bytes, version.end, limits.modules);
  if (modules.state !== "read") return modules;
  return { state: "read", build: goBuild(version.bytes, modules.bytes) };
}

/** The build that a program's two texts tell of. Throws SCAN_FILE_INVALID. */
export function goBuild(version: Uint8Array, modules: Uint8Array): GoBuild {
  return { goVersion: decoded(version), ...parseModuleInfo(decoded(withoutFrame(modules))) };
}

type TextBytes =
  | { readonly state: "read"; readonly bytes: Uint8Array; readonly end: number }
  | { readonly state: "more"; readonly size: number }
  | { readonly state: "other" };

/** A text after its length, which is written seven bits a byte, lowest first. */
function textAt(bytes: Uint8Array, at: number, limit: number): TextBytes {
  let length = 0;
  let start = at;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[start++];
    if (byte === undefined) return { state: "more", size: at + 10 };
    if (shift > 28) return { state: "other" };
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  if (length > limit) return { state: "other" };
  const end = start + length;
  if (bytes.length < end) return { state: "more", size: end };
  return { state: "read", bytes: bytes.subarray(start, end), end };
}

/** The pointer at `at`, which must be within `bytes`. */
export function pointerAt(bytes: Uint8Array, at: number, form: Pick<TextPointers, "size" | "littleEndian">): bigint {
  const view = viewOf(bytes);
  return form.size === 8 ? view.getBigUint64(at, form.littleEndian) : BigInt(view.getUint32(at, form.littleEndian));
}

/** Whether a text can be Go's version: `go1.22.1`, `devel go1.23-0123abcd Mon ...`. */
export function isVersion(bytes: Uint8Array): boolean {
  return bytes.length <= limits.version && /^(?:go|devel)[ -~]+$/.test(decoded(bytes));
}

/** The module lines stand between two marks of 16 bytes each. */
export const frameMarks = {
  start: Buffer.from("3077af0c9274080241e1c107e6d618e6", "hex"),
  end: Buffer.from("f932433186182072008242104116d8f2", "hex"),
} as const;

/** Takes the marks away; nothing is left of what has none. */
function withoutFrame(modules: Uint8Array): Uint8Array {
  const mark = frameMarks.start.length;
  const isFramed = modules.length > 2 * mark && modules[modules.length - mark - 1] === 0x0a;
  return isFramed ? modules.subarray(mark, -mark) : new Uint8Array(0);
}

function decoded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}
