import { ElfError } from "./error.ts";
import {
  type ElfHeader,
  type ElfSegment,
  invalid,
  isElf,
  readElfHeader,
  readLoadSegments,
  readSegments,
  segmentTypes,
  viewOf,
} from "./header.ts";

/** What an ELF file asks of the dynamic loader (System V gABI, chapter 5). */
export interface ElfDynamic {
  /** As in `ElfHeader`; `other` for what is not 64-bit little-endian, of which nothing else is read. */
  readonly machine: string;
  /** The program interpreter, PT_INTERP; null for libraries and for static programs. */
  readonly interpreter: string | null;
  /** DT_NEEDED, in the order of the file. */
  readonly needed: readonly string[];
  readonly soname: string | null;
  /** Folders of DT_RPATH and DT_RUNPATH as written, `$ORIGIN` not expanded. */
  readonly rpath: readonly string[];
  readonly runpath: readonly string[];
}

/** What is more than any real file has: entries of the dynamic section, bytes of one text and of all together. */
const limits = { entries: 65_536, text: 16_384, texts: 65_536 };

const tags = { end: 0n, needed: 1n, stringTable: 5n, stringSize: 10n, soname: 14n, rpath: 15n, runpath: 29n };

/**
 * Reads the dynamic information of a whole ELF file. null for what is no ELF file and for one with neither segments nor
 * a valid header (object files, kernel modules, detached debug information, damaged files): nothing can load it.
 */
export function readElfDynamic(bytes: Uint8Array): ElfDynamic | null {
  if (!isElf(bytes)) return null;
  if (bytes[4] !== 2 || bytes[5] !== 1) return { ...nothing, machine: "other" };
  try {
    return readDynamic(bytes, readElfHeader(bytes, "the file"));
  } catch (cause) {
    if (cause instanceof ElfError) return null;
    throw cause;
  }
}

const nothing = { interpreter: null, needed: [], soname: null, rpath: [], runpath: [] } as const;

function readDynamic(bytes: Uint8Array, header: ElfHeader): ElfDynamic | null {
  const segments = readSegments(bytes, header, "the file");
  const loaded = readLoadSegments(bytes, header, "the file");
  if (loaded.length === 0) return null;
  const found = (type: number) => segments.find((segment) => segment.type === type);
  const texts = textReader(bytes);
  const interpreter = found(segmentTypes.interpreter);
  const dynamic = found(segmentTypes.dynamic);
  return {
    ...nothing,
    machine: header.machine,
    ...(interpreter === undefined ? {} : { interpreter: texts(interpreter.offset, end(interpreter)) }),
    ...(dynamic === undefined ? {} : readTable(bytes, dynamic, { loaded, texts })),
  };
}

type TextReader = (start: number, end: number) => string;

function readTable(
  bytes: Uint8Array,
  dynamic: ElfSegment,
  { loaded, texts }: { readonly loaded: readonly ElfSegment[]; readonly texts: TextReader },
) {
  if (end(dynamic) > bytes.length) throw invalid("the file", "has its dynamic section outside");
  const entries = readEntries(bytes, dynamic);
  const last = (tag: bigint) => entries.findLast((entry) => entry.tag === tag)?.value;
  const start = fileOffset(loaded, last(tags.stringTable));
  const stop = start + Number(last(tags.stringSize) ?? 0n);
  const all = (tag: bigint) =>
    entries.filter((entry) => entry.tag === tag).map(({ value }) => texts(start + Number(value), stop));
  const folders = (tag: bigint) => all(tag).flatMap((list) => list.split(":").filter((folder) => folder !== ""));
  return {
    needed: all(tags.needed),
    soname: all(tags.soname).at(-1) ?? null,
    rpath: folders(tags.rpath),
    runpath: folders(tags.runpath),
  };
}

function readEntries(bytes: Uint8Array, { offset, size }: ElfSegment) {
  const view = viewOf(bytes);
  const entries: { readonly tag: bigint; readonly value: bigint }[] = [];
  for (let at = offset; at + 16 <= offset + size; at += 16) {
    const tag = view.getBigUint64(at, true);
    if (tag === tags.end) break;
    if (entries.length === limits.entries) throw invalid("the file", "has too long a dynamic section");
    entries.push({ tag, value: view.getBigUint64(at + 8, true) });
  }
  return entries;
}

/** Where in the file stands what is at `address` once loaded; beyond every file when nothing is. */
function fileOffset(loaded: readonly ElfSegment[], address: bigint | undefined): number {
  if (address === undefined) return Number.POSITIVE_INFINITY;
  const segment = loaded.find((one) => address >= one.address && address < one.address + BigInt(one.size));
  return segment === undefined ? Number.POSITIVE_INFINITY : segment.offset + Number(address - segment.address);
}

function end(segment: ElfSegment): number {
  return segment.offset + segment.size;
}

/** Reads texts that end with a NUL before `end`, as long as they are not too many. */
function textReader(bytes: Uint8Array): TextReader {
  let left = limits.texts;
  return (start, end) => {
    const stop = start < bytes.length ? bytes.subarray(0, start + limits.text).indexOf(0, start) : -1;
    if (stop === -1 || stop >= end) throw invalid("the file", "has a text outside its table");
    left -= stop - start;
    if (left < 0) throw invalid("the file", "has too many texts in its dynamic section");
    return Buffer.from(bytes.subarray(start, stop)).toString("latin1");
  };
}
