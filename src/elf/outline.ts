import { isElf, viewOf } from "./header.ts";

/** What the first bytes of an ELF file say of what is to come (System V gABI, chapters 4 and 5). */
export interface ElfOutline {
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
  /** In the order of the file; what they name may lie outside it. */
  readonly segments: readonly OutlineSegment[];
  /** Where the section headers begin, as written; 0 when there are none. */
  readonly sectionHeaders: number;
}

/** A program header: `size` bytes of the file from `offset` that belong at `address` in memory. */
export interface OutlineSegment {
  readonly type: number;
  readonly writable: boolean;
  readonly executable: boolean;
  readonly offset: number;
  readonly size: number;
  readonly address: bigint;
}

/** A file header of either class fits into this many bytes. */
export const headerSize = 64;

/** Program headers stand behind the file header; those further back than this are not read, nor more than these. */
const limits = { outline: 65_536, segments: 512 };

/** Where fields stand in file headers and program headers of either class. */
const layouts = {
  32: {
    header: { programs: 28, sections: 32, entrySize: 42, count: 44 },
    program: { size: 32, offset: 4, address: 8, fileSize: 16, flags: 24 },
  },
  64: {
    header: { programs: 32, sections: 40, entrySize: 54, count: 56 },
    program: { size: 56, offset: 8, address: 16, fileSize: 32, flags: 4 },
  },
} as const;

/**
 * How many of the file's first bytes hold its program headers, told by its first `headerSize` bytes; null for what is no
 * ELF file, is damaged, or keeps its program headers where no linker puts them.
 */
export function outlineSize(head: Uint8Array): number | null {
  const form = formOf(head);
  if (form === null) return null;
  const { start, count } = tableOf(head, form);
  const end = start + count * layouts[form.bits].program.size;
  return end <= limits.outline && count <= limits.segments ? Math.max(end, headerSize) : null;
}

/** Reads the outline from the file's first `outlineSize` bytes; null as there, or when there are fewer. */
export function readElfOutline(bytes: Uint8Array): ElfOutline | null {
  const form = formOf(bytes);
  const size = outlineSize(bytes);
  if (form === null || size === null || bytes.length < size) return null;
  const { header, program } = layouts[form.bits];
  const { start, count } = tableOf(bytes, form);
  const view = viewOf(bytes);
  const segments = Array.from({ length: count }, (_, index): OutlineSegment => {
    const at = start + index * program.size;
    const flags = view.getUint32(at + program.flags, form.littleEndian);
    return {
      type: view.getUint32(at, form.littleEndian),
      writable: (flags & 2) !== 0,
      executable: (flags & 1) !== 0,
      offset: Number(wordAt(view, at + program.offset, form)),
      size: Number(wordAt(view, at + program.fileSize, form)),
      address: wordAt(view, at + program.address, form),
    };
  });
  return { ...form, segments, sectionHeaders: Number(wordAt(view, header.sections, form)) };
}

interface Form {
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
}

function formOf(head: Uint8Array): Form | null {
  const [bits, order] = [head[4], head[5]];
  if (!isElf(head) || head.length < headerSize) return null;
  if ((bits !== 1 && bits !== 2) || (order !== 1 && order !== 2)) return null;
  return { bits: bits === 1 ? 32 : 64, littleEndian: order === 1 };
}

function tableOf(head: Uint8Array, form: Form): { readonly start: number; readonly count: number } {
  const { header, program } = layouts[form.bits];
  const view = viewOf(head);
  const isUsual = view.getUint16(header.entrySize, form.littleEndian) === program.size;
  return {
    start: Number(wordAt(view, header.programs, form)),
    count: isUsual ? view.getUint16(header.count, form.littleEndian) : 0,
  };
}

function wordAt(view: DataView, at: number, { bits, littleEndian }: Form): bigint {
  return bits === 64 ? view.getBigUint64(at, littleEndian) : BigInt(view.getUint32(at, littleEndian));
}
