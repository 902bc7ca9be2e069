import { ElfError } from "./error.ts";

/** The header of a 64-bit little-endian ELF file (System V gABI, chapter 4). Offsets and sizes are in bytes. */
export interface ElfHeader {
  /** `x86-64`, `aarch64`, or the number where it is another. */
  readonly machine: string;
  readonly programHeaders: Table;
  readonly sectionHeaders: Table;
  /** Index of the section that holds the sections' names. */
  readonly nameSection: number;
}

/** A table of equal entries in the file. */
export interface Table {
  readonly offset: number;
  readonly entrySize: number;
  readonly count: number;
}

/** A section header. */
export interface ElfSection {
  readonly index: number;
  readonly name: string;
  readonly nameOffset: number;
  readonly type: number;
  readonly flags: bigint;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
}

/** A program header: `size` bytes of the file that belong at `address` in memory. */
export interface ElfSegment {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly address: bigint;
}

/** Types of segments: mapped when the program is loaded, the dynamic section, the name of the program interpreter, notes. */
export const segmentTypes = { load: 1, dynamic: 2, interpreter: 3, note: 4 } as const;

/** Where fields stand in the file header, a section header and a program header of 64-bit ELF. */
export const layout = {
  header: { size: 64, programOffset: 32, sectionOffset: 40, sectionCount: 60, nameSection: 62 },
  section: { size: 64, name: 0, type: 4, flags: 8, offset: 24, length: 32, link: 40, info: 44 },
  program: { size: 56, type: 0, offset: 8, address: 16, fileSize: 32 },
} as const;

const machines: ReadonlyMap<number, string> = new Map([
  [62, "x86-64"],
  [183, "aarch64"],
]);

/** Whether `bytes` begin as an ELF file does. */
export function isElf(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/** Reads the file header. Throws ELF_INVALID for other classes, byte orders and tables that do not fit the file. */
export function readElfHeader(bytes: Uint8Array, what: string): ElfHeader {
  if (!isElf(bytes) || bytes.length < layout.header.size) throw invalid(what, "is not an ELF file");
  if (bytes[4] !== 2 || bytes[5] !== 1) throw invalid(what, "is not a 64-bit little-endian ELF file");
  const view = viewOf(bytes);
  const machine = view.getUint16(18, true);
  const table = (offsetAt: number, sizeAt: number, kind: { readonly size: number }): Table => {
    const found = {
      offset: offsetOf(view, offsetAt, what),
      entrySize: view.getUint16(sizeAt, true),
      count: view.getUint16(sizeAt + 2, true),
    };
    const fits =
      found.count === 0 || (found.entrySize === kind.size && found.offset + found.count * kind.size <= bytes.length);
    if (!fits) throw invalid(what, "has header tables outside the file");
    return found;
  };
  return {
    machine: machines.get(machine) ?? String(machine),
    programHeaders: table(layout.header.programOffset, 54, layout.program),
    sectionHeaders: table(layout.header.sectionOffset, 58, layout.section),
    nameSection: view.getUint16(layout.header.nameSection, true),
  };
}

/** The section headers, in the order of the file. Throws ELF_INVALID. */
export function readSections(bytes: Uint8Array, header: ElfHeader, what: string): readonly ElfSection[] {
  const view = viewOf(bytes);
  const { offset: start, count } = header.sectionHeaders;
  const raw = Array.from({ length: count }, (_, index) =>
    readSection(view, start + index * layout.section.size, { index, what }),
  );
  const names = raw[header.nameSection];
  return raw.map((section) => ({
    ...section,
    name: names === undefined ? "" : readName(bytes, names, section.nameOffset),
  }));
}

/** The program headers, in the order of the file; what they name may lie outside it. Throws ELF_INVALID. */
export function readSegments(bytes: Uint8Array, header: ElfHeader, what: string): readonly ElfSegment[] {
  const view = viewOf(bytes);
  const { offset: start, count } = header.programHeaders;
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * layout.program.size;
    return {
      type: view.getUint32(at + layout.program.type, true),
      offset: offsetOf(view, at + layout.program.offset, what),
      size: offsetOf(view, at + layout.program.fileSize, what),
      address: view.getBigUint64(at + layout.program.address, true),
    };
  });
}

/** The segments that are loaded into memory. Throws ELF_INVALID for one outside the file. */
export function readLoadSegments(bytes: Uint8Array, header: ElfHeader, what: string): readonly ElfSegment[] {
  const segments = readSegments(bytes, header, what).filter(({ type }) => type === segmentTypes.load);
  if (segments.some(({ offset, size }) => offset + size > bytes.length)) {
    throw invalid(what, "has a segment outside the file");
  }
  return segments;
}

/** ELF_INVALID for the file `what`. */
export function invalid(what: string, problem: string): ElfError {
  return new ElfError("ELF_INVALID", `${what} ${problem}`, {
    hint: "the file is damaged, or is for another kind of machine",
  });
}

/** `bytes` for reading numbers. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function readSection(
  view: DataView,
  at: number,
  { index, what }: { readonly index: number; readonly what: string },
): ElfSection {
  const { section } = layout;
  return {
    index,
    name: "",
    nameOffset: view.getUint32(at + section.name, true),
    type: view.getUint32(at + section.type, true),
    flags: view.getBigUint64(at + section.flags, true),
    offset: offsetOf(view, at + section.offset, what),
    size: offsetOf(view, at + section.length, what),
    link: view.getUint32(at + section.link, true),
    info: view.getUint32(at + section.info, true),
  };
}

function readName(bytes: Uint8Array, names: ElfSection, offset: number): string {
  const start = names.offset + offset;
  const end = bytes.indexOf(0, start);
  return end === -1 || end > names.offset + names.size
    ? ""
    : Buffer.from(bytes.subarray(start, end)).toString("latin1");
}

function offsetOf(view: DataView, at: number, what: string): number {
  const value = view.getBigUint64(at, true);
  if (value > 0xffff_ffff_ffffn) throw invalid(what, "has an offset that no file reaches");
  return Number(value);
}
