import { isElf } from "../elf/header.ts";
import { CodedError } from "../error.ts";
import type { Finder, FindingSink } from "../facts/files/finder.ts";
import { nameOf } from "../facts/path.ts";
import type { Cataloger, ContentReader } from "./cataloger.ts";
import { digestReader, digestsName } from "./digests.ts";
import { type FileFindings, isFileFindings } from "./finder-result.ts";
import { readerOf } from "./reading/reader.ts";
import { createTemporaryFiles } from "./reading/temporary-files.ts";
import { weightOf } from "./weight.ts";

/** Finds things as long as there is room for them. */
export interface BoundedFinder extends Finder {
  /** Whether it has stopped looking: what is found since is not all there is. */
  isFull(): boolean;
  /** Whether this machine had no room for a temporary file: what is warned of is not for what the file holds. */
  hasFailed(): boolean;
  /** Lets go of files whose reading was begun and not ended. */
  close(): void;
}

/**
 * How a finder looks at files. `room` is how much all findings together may weigh, in bytes; 32 MiB unless given, and no
 * bound with digests. Large files are copied into temporary ones in `temporaryFolder`, the system's own unless given.
 */
export interface FinderOptions {
  readonly digests?: boolean;
  readonly room?: number;
  readonly temporaryFolder?: string;
}

/**
 * Reads each file once for all catalogers that are interested in it; with `digests`, every file for those besides. The file
 * for whose findings there is no room is warned of, and no more are read.
 */
export function createFinder(catalogers: readonly Cataloger[], options: FinderOptions = {}): BoundedFinder {
  const interested = interestIn(catalogers);
  const programs = catalogers.filter(({ interest }) => interest.programs === true);
  const files = createTemporaryFiles(options.temporaryFolder);
  let left = options.room ?? (options.digests === true ? Number.POSITIVE_INFINITY : usualRoom);
  const spend = (found: FileFindings): FileFindings => {
    if (left < 0) return nothing;
    left -= perFile + weightOf(found.found);
    return left < 0 ? tooMuch : found;
  };
  return {
    isFull: () => left < 0,
    hasFailed: () => files.hasFailed(),
    close: () => files.close(),
    wants: (path) => interested(path).some((cataloger) => cataloger.reading(path, { size: 0 }) !== null),
    open(path, { size }, start) {
      if (left < 0) return null;
      const named = interested(path);
      const all = programs.length > 0 && isElf(start) ? [...new Set([...named, ...programs])] : named;
      const readers = all.flatMap((cataloger) => {
        const reading = cataloger.reading(path, { size });
        return reading === null ? [] : [{ name: cataloger.name, reader: readerOf(reading, { size, files }) }];
      });
      if (options.digests === true) readers.push({ name: digestsName, reader: digestReader() });
      return readers.length === 0 ? null : together(readers, spend);
    },
  };
}

/** Five times what large images need. */
const usualRoom = 2 ** 25;
/** What a file with findings takes besides: its path at several places, and what is made of it in the list of packages. */
const perFile = 1200;

const nothing: FileFindings = { found: {}, warnings: [] };
const tooMuch: FileFindings = {
  found: {},
  warnings: [
    "there is more to find in the image than is kept; this file and those after it are not looked into: " +
      "list files too (--files), for which there is no such limit, but more memory is taken",
  ],
};

/** What the finding of a file holds of `cataloger`, if it is its business at all; null for none. */
export function findingOf(findings: unknown, cataloger: Cataloger): unknown {
  return isFileFindings(findings) ? (findings.found[cataloger.name] ?? null) : null;
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
function together(readers: readonly NamedReader[], spend: (found: FileFindings) => FileFindings): FindingSink {
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
      if (warnings.length === 0 && Object.keys(found).length === 0) return null;
      return spend({ found, warnings: warnings.length === 0 ? nothing.warnings : warnings });
    },
  };
}
