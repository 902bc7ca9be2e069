import { segmentTypes } from "../../elf/header.ts";
import type { OutlineSegment } from "../../elf/outline.ts";
import { createSearch } from "../../elf/search.ts";
import { type ByteRange, createElfStream, mergedRanges, type WantedRange } from "../../elf/stream.ts";
import type { ContentReader } from "../cataloger.ts";
import { ScanError } from "../error.ts";
import { goBuild, isVersion, magic, readBuildInfo, type TextPointers, usualSize } from "./build-info.ts";
import type { GoBuild } from "./module-info.ts";
import { collectOldTexts, type GoTexts, type OldTexts, readTextHeaders } from "./old-texts.ts";

/** More places with the magic than any program has, and how far behind it old programs have what they point to. */
const limits = { places: 10_000, reach: 2 ** 23 };

/**
 * Reads a program's build information as the program streams by: in the writable data, at the first multiple of 16 that
 * has Go's magic. null for what is no ELF program, or no Go program. Throws SCAN_FILE_INVALID for build information that
 * is damaged, or that is from before Go 1.18 and points to texts that cannot be told from others.
 */
export function readGoProgram(): ContentReader<GoBuild> {
  let build: GoBuild | null = null;
  let old: OldTexts | null = null;
  let isOld = false;
  let places = 0;

  const dataRange = ({ start, end }: ByteRange, plan: Plan): WantedRange => ({
    ...{ start, end },
    sink: createSearch({
      ...{ needles: [magic], lookahead: usualSize, size: end - start },
      judge(found, position) {
        if (build !== null || ++places > limits.places) return "stop";
        // Segments keep file offsets and addresses alike, but for whole pages.
        if ((start + position) % 16 !== 0) return "next";
        const info = readBuildInfo(found);
        if (info.state === "more") return info.size;
        if (info.state === "read") build = info.build;
        if (info.state === "pointers") {
          isOld = true;
          const result = readOld(found, info.pointers, { ...plan, start: start + position });
          if (typeof result === "number") return result;
          build = result;
        }
        return build === null ? "next" : "stop";
      },
    }),
  });

  const stream = createElfStream(({ segments }) => {
    const texts = collectOldTexts(segments);
    old = texts;
    const data = segments.filter(({ type, writable }) => type === segmentTypes.load && writable);
    const ranges = mergedRanges(data.map(({ offset, size }) => ({ start: offset, end: offset + size })));
    return [...texts.ranges, ...ranges.map((range) => dataRange(range, { data, texts }))];
  });
  return {
    write: (chunk) => stream.write(chunk),
    end() {
      stream.end();
      if (isOld) build ??= buildOf(old?.resolve(null) ?? null);
      if (isOld && build === null) throw tooOld();
      return build;
    },
  };
}

/** What is known of a program when its data streams by. */
interface Plan {
  readonly data: readonly OutlineSegment[];
  readonly texts: OldTexts;
}

/**
 * What a program of before Go 1.18 points to from `found`, which begins at `start` of the file: the build, how many bytes
 * have to be seen to follow the pointers, or null where they lead nowhere.
 */
function readOld(
  found: Uint8Array,
  pointers: TextPointers,
  { data, texts, start }: Plan & { readonly start: number },
): GoBuild | number | null {
  const placeOf = (address: bigint) => fileOffset(data, address) - start;
  const places = [pointers.version, pointers.modules].map(placeOf).filter((place) => !Number.isNaN(place));
  const needed = 2 * pointers.size + Math.max(...places, 0);
  if (needed > found.length) return needed <= limits.reach ? needed : null;
  const headers = readTextHeaders(found, pointers, placeOf);
  return headers === null ? null : buildOf(texts.resolve(headers));
}

/** Where in the file stands what is at `address` in memory; NaN where nothing does, which compares with nothing. */
function fileOffset(segments: readonly OutlineSegment[], address: bigint): number {
  const segment = segments.find((one) => address >= one.address && address < one.address + BigInt(one.size));
  return segment === undefined ? Number.NaN : segment.offset + Number(address - segment.address);
}

function buildOf(texts: GoTexts | null): GoBuild | null {
  return texts === null || !isVersion(texts.version) ? null : goBuild(texts.version, texts.modules);
}

function tooOld(): ScanError {
  return new ScanError(
    "SCAN_FILE_INVALID",
    "the program was built by a Go before 1.18 and does not say where its modules are",
    {
      hint: "its modules are not listed; go version -m shows them",
    },
  );
}
