import { type ElfSection, invalid, layout, readElfHeader, readLoadSegments, readSections, viewOf } from "./header.ts";

const allocated = 2n;
const [stringTable, nobits] = [3, 8];

/**
 * A program without its symbol table and debug information: every byte that is loaded into memory stays as it is, and so
 * does its place in the file. What follows the loaded segments is replaced by headers of the sections that are loaded, as
 * strip(1) does. The same input always gives the same bytes. Throws ELF_INVALID.
 */
export function stripElf(bytes: Uint8Array, what: string): Uint8Array {
  const header = readElfHeader(bytes, what);
  const segments = readLoadSegments(bytes, header, what);
  const sections = readSections(bytes, header, what);
  const loadedEnd = segments.reduce((end, segment) => Math.max(end, segment.offset + segment.size), 0);
  if (segments.length === 0 || sections.length === 0) throw invalid(what, "has no segments or no sections");
  const kept = sections.filter((section, index) => index === 0 || isLoaded(section, loadedEnd));

  const names = nameTable([...kept.map((section) => section.name), ".shstrtab"]);
  const namesAt = loadedEnd;
  const headersAt = align(namesAt + names.bytes.length);
  const stripped = new Uint8Array(headersAt + (kept.length + 1) * layout.section.size);
  stripped.set(bytes.subarray(0, loadedEnd));
  stripped.set(names.bytes, namesAt);

  const view = viewOf(stripped);
  const newIndex = new Map(kept.map((section, index) => [section.index, index]));
  for (const [index, section] of kept.entries()) {
    const at = headersAt + index * layout.section.size;
    const from = header.sectionHeaders.offset + section.index * layout.section.size;
    stripped.set(bytes.subarray(from, from + layout.section.size), at);
    view.setUint32(at + layout.section.name, names.offsets[index] ?? 0, true);
    view.setUint32(at + layout.section.link, newIndex.get(section.link) ?? 0, true);
    if (refersBySection(section)) view.setUint32(at + layout.section.info, newIndex.get(section.info) ?? 0, true);
  }
  writeNameSection(view, headersAt + kept.length * layout.section.size, {
    name: names.offsets[kept.length] ?? 0,
    offset: namesAt,
    size: names.bytes.length,
  });
  view.setBigUint64(layout.header.sectionOffset, BigInt(headersAt), true);
  view.setUint16(layout.header.sectionCount, kept.length + 1, true);
  view.setUint16(layout.header.nameSection, kept.length, true);
  return stripped;
}

function isLoaded(section: ElfSection, loadedEnd: number): boolean {
  if ((section.flags & allocated) === 0n) return false;
  return section.type === nobits || section.offset + section.size <= loadedEnd;
}

/** Relocations name the section they apply to in `info` (flag SHF_INFO_LINK, or by their type). */
function refersBySection(section: ElfSection): boolean {
  return (section.flags & 0x40n) !== 0n || section.type === 4 || section.type === 9;
}

function nameTable(names: readonly string[]): { readonly bytes: Uint8Array; readonly offsets: readonly number[] } {
  const offsets: number[] = [];
  let text = "\0";
  for (const name of names) {
    offsets.push(name === "" ? 0 : text.length);
    if (name !== "") text += `${name}\0`;
  }
  return { bytes: Buffer.from(text, "latin1"), offsets };
}

function writeNameSection(
  view: DataView,
  at: number,
  place: { readonly name: number; readonly offset: number; readonly size: number },
): void {
  const { section } = layout;
  view.setUint32(at + section.name, place.name, true);
  view.setUint32(at + section.type, stringTable, true);
  view.setBigUint64(at + section.offset, BigInt(place.offset), true);
  view.setBigUint64(at + section.length, BigInt(place.size), true);
  view.setBigUint64(at + 48, 1n, true);
}

function align(offset: number): number {
  return (offset + 7) & ~7;
}
