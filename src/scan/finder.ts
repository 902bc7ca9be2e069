import { isElf } from "../elf/header.ts";
import { CodedError } from "../error.ts";
import type { Finder, FindingSink } from "../facts/files/finder.ts";
import { nameOf } from "../facts/path.ts";
import type { Cataloger, ContentReader, Reading } from "./cataloger.ts";
import { ScanError } from "./error.ts";

/** What all catalogers found in one file: findings by the cataloger's name, and what could not be read. */
export interface FileFindings {
  readonly found: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
}

/** Reads each file once for all catalogers that are interested in it. */
export function createFinder(catalogers: readonly Cataloger[]): Finder {
  const interested = interestIn(catalogers);
  const programs = catalogers.filter(({ interest }) => interest.programs === true);
  return {
    wants: (path) => interested(path).some((cataloger) => cataloger.reading(path, { size: 0 }) !== null),
    open(path, { size }, start) {
      const named = interested(path);
      const all = programs.length > 0 && isElf(start) ? [...new Set([...named, ...programs])] : named;
      const readers = all.flatMap((cataloger) => {
        const reading = cataloger.reading(path, { size });
        return reading === null ? [] : [{ name: cataloger.name, reader: readerOf(reading, size) }];
      });
      return readers.length === 0 ? null : together(readers);
    },
  };
}

/** What the finding of a file holds of `cataloger`, if it is its business at all; null for none. */
export function findingOf(findings: unknown, cataloger: Cataloger): unknown {
  return isFileFindings(findings) ? (findings.found[cataloger.name] ?? null) : null;
}

/** Whether `value` is what a finder of `createFinder` finds. */
export function isFileFindings(value: unknown): value is FileFindings {
  return typeof value === "object" && value !== null && "found" in value && "warnings" in value;
}

/** Which catalogers ask for a path, found by its name, its ending and its first folders rather than by asking each. */
export function interestIn(catalogers: readonly Cataloger[]): (path: string) => readonly Cataloger[] {
  const byName = new Map<string, Cataloger[]>();
  const byEnding: (readonly [string, Cataloger])[] = [];
  const byFolder: (readonly [string, Cataloger])[] = [];
  for (const cataloger of catalogers) {
    const { names = [], endings = [], folders = [] } = cataloger.interest;
    for (const name of names) byName.set(name, [...(byName.get(name) ?? []), cataloger]);
    byEnding.push(...endings.map((ending) => [ending, cataloger] as const));
    byFolder.push(...folders.map((folder) => [folder, cataloger] as const));
  }
  return (path) => {
    let fitting: Cataloger[] | null = null;
    const add = (cataloger: Cataloger) => {
      fitting ??= [];
      if (!fitting.includes(cataloger)) fitting.push(cataloger);
    };
    byName.get(nameOf(path))?.forEach(add);
    for (const [ending, cataloger] of byEnding) if (path.endsWith(ending)) add(cataloger);
    for (const [folder, cataloger] of byFolder) if (path.startsWith(folder)) add(cataloger);
    return fitting ?? none;
  };
}

const none: readonly Cataloger[] = [];

interface NamedReader {
  readonly name: string;
  readonly reader: ContentReader<unknown>;
}

/** One failing reader does not keep the others from reading on. */
function together(readers: readonly NamedReader[]): FindingSink {
  const found: Record<string, unknown> = {};
  const warnings: string[] = [];
  let open = readers;
  const attempt = (one: NamedReader, work: () => void) => {
    try {
      work();
    } catch (cause) {
      if (!(cause instanceof CodedError)) throw cause;
      warnings.push(cause.message);
      open = open.filter((other) => other !== one);
    }
  };
  return {
    write(piece) {
      for (const one of open) attempt(one, () => one.reader.write(piece));
    },
    end() {
      for (const one of open) {
        attempt(one, () => {
          const finding = one.reader.end();
          if (finding !== null) found[one.name] = finding;
        });
      }
      return warnings.length === 0 && Object.keys(found).length === 0
        ? null
        : ({ found, warnings } satisfies FileFindings);
    },
  };
}

function readerOf(reading: Reading<unknown>, size: number): ContentReader<unknown> {
  if ("stream" in reading) return reading.stream();
  const { limit, read } = reading;
  if (size > limit) return tooLarge(size, limit);
  let content: Uint8Array | null = null;
  let filled = 0;
  return {
    write(piece) {
      content ??= new Uint8Array(size);
      content.set(piece, filled);
      filled += piece.length;
    },
    end: () => read(content ?? new Uint8Array(0)),
  };
}

function tooLarge(size: number, limit: number): ContentReader<unknown> {
  return {
    write() {},
    end() {
      throw new ScanError("SCAN_FILE_INVALID", `it has ${size} bytes, of which more than ${limit} are not read`, {
        hint: "no ordinary file of this name is this large; what it names is missing from the list",
      });
    },
  };
}
