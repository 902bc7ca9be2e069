import { segmentTypes } from "../../elf/header.ts";
import type { ElfOutline } from "../../elf/outline.ts";
import { createSearch } from "../../elf/search.ts";
import { createElfStream, mergedRanges } from "../../elf/stream.ts";
import { nameOf } from "../../facts/path.ts";
import type { ContentReader } from "../cataloger.ts";
import { type KnownProgram, knownPrograms } from "./table.ts";

/** A program or library of the table. */
export interface ProgramFinding {
  readonly kind: "program";
  readonly name: string;
  /** Exact version; null where the program does not tell. */
  readonly version: string | null;
}

/** The row for files named as the one at `path` is, and the series its name has, else an empty text; null for no row. */
export function rowFor(path: string): { readonly row: KnownProgram; readonly series: string } | null {
  const name = nameOf(path);
  for (const row of knownPrograms) {
    const [fits, series = ""] = row.file.exec(name) ?? [];
    if (fits !== undefined) return { row, series };
  }
  return null;
}

/** How many bytes from a mark on can belong to a version, and more marks and versions than any program has. */
const limits = { text: 192, marks: 1_000_000, versions: 10_000 };

/** Reads the version of a program of `row` from its texts as it streams by; null for what is no ELF file. */
export function readProgram(row: KnownProgram, series: string): ContentReader<ProgramFinding> {
  const texts: string[] = [];
  let version: string | null = null;
  let isProgram = false;
  let seen = 0;
  const marks = typeof row.marks === "function" ? row.marks(series) : row.marks;
  const needles = marks.map((mark) => Buffer.from(mark, "latin1"));

  const judge = (found: Uint8Array): "next" | "stop" => {
    if (version !== null || ++seen > limits.marks || texts.length >= limits.versions) return "stop";
    const text = Buffer.from(found.subarray(0, limits.text)).toString("latin1");
    const [whole, own] = row.version.exec(text) ?? [];
    if (whole === undefined || own === undefined) return "next";
    if (row.choose !== undefined) texts.push(whole);
    else if (isOfSeries(own, series)) version = own;
    return version === null ? "next" : "stop";
  };
  const stream = createElfStream((outline) => {
    isProgram = true;
    return textRanges(outline).map(({ start, end }) => {
      const size = end - start;
      return { start, end, sink: createSearch({ needles, lookahead: limits.text, size, judge }) };
    });
  });
  return {
    write: (chunk) => stream.write(chunk),
    end() {
      stream.end();
      return isProgram ? { kind: "program", name: row.name, version: version ?? row.choose?.(texts) ?? null } : null;
    },
  };
}

/** `libpython3.11.so` has Python 3.11.x and no other. */
function isOfSeries(version: string, series: string): boolean {
  return series === "" || version.startsWith(`${series}.`);
}

/** Texts stand in segments that are not run, where the linker keeps those apart, as it usually does. */
function textRanges({ segments }: ElfOutline) {
  const loaded = segments.filter(({ type }) => type === segmentTypes.load);
  const areApart = loaded.some(({ writable, executable }) => !writable && !executable);
  const wanted = areApart ? loaded.filter(({ executable }) => !executable) : loaded;
  return mergedRanges(wanted.map(({ offset, size }) => ({ start: offset, end: offset + size })));
}
