import { segmentTypes } from "../../elf/header.ts";
import type { ElfOutline } from "../../elf/outline.ts";
import { createSearch } from "../../elf/search.ts";
import { type ByteRange, createElfStream } from "../../elf/stream.ts";
import type { ContentReader } from "../cataloger.ts";
import { ScanError } from "../error.ts";
import { type Crate, parseAuditData, startsAuditData, unpackAuditData } from "./audit-data.ts";
import { canStartObject } from "./deflate-start.ts";

/** The first two bytes of what zlib compresses, for its four kinds of effort. */
const zlibHeaders = [0x01, 0x5e, 0x9c, 0xda].map((flags) => Uint8Array.of(0x78, flags));

/** How much of a possible record is unpacked to see whether it is one. */
const glance = 1024;

/** More places that look like the start of a record and are none than any program has: at first, and at a second glance. */
const limits = { places: 2_000_000, glances: 5000 };

/**
 * Reads the crates that cargo-auditable recorded in a program as it streams by. The record's section, `.dep-v0`, is not
 * loaded into memory: linkers put it behind what is, among debug information. The names of sections stand at the file's
 * end, too late for one pass, so the record is known by its content. null for what is no ELF program or has no record.
 * Throws SCAN_FILE_INVALID.
 */
export function readRustProgram(): ContentReader<readonly Crate[]> {
  let crates: readonly Crate[] | null = null;
  let [places, glances] = [0, 0];
  const judge = (found: Uint8Array): "next" | "stop" | number => {
    if (++places > limits.places) throw tooMany();
    if (!canStartObject(found.subarray(2))) return "next";
    if (++glances > limits.glances) throw tooMany();
    if (!startsAuditData(found.subarray(0, glance))) return "next";
    const text = unpackAuditData(found);
    if (text === null) return found.length * 4;
    crates = parseAuditData(text);
    return "stop";
  };
  const stream = createElfStream((outline) => {
    const { start, end } = unloadedRange(outline);
    const size = end - start;
    return [{ start, end, sink: createSearch({ needles: zlibHeaders, lookahead: glance, size, judge }) }];
  });
  return {
    write: (chunk) => stream.write(chunk),
    end() {
      stream.end();
      return crates;
    },
  };
}

/** What stands between the loaded segments and the section headers. */
function unloadedRange({ segments, sectionHeaders }: ElfOutline): ByteRange {
  const loaded = segments.filter(({ type }) => type === segmentTypes.load);
  const start = loaded.reduce((last, { offset, size }) => Math.max(last, offset + size), 0);
  // Without segments it is an object file, which no program is made of any longer.
  return loaded.length === 0 ? { start: 0, end: 0 } : { start, end: sectionHeaders };
}

function tooMany(): ScanError {
  return new ScanError("SCAN_FILE_INVALID", "the program has too many places that look like audit data", {
    hint: "it was made to be slow to read; cargo audit bin shows what a Rust program is made of",
  });
}
