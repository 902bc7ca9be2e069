import { constants, inflateSync } from "node:zlib";
import { ScanError } from "../error.ts";
import { isObject, parseObject } from "../json.ts";

/** A crate a program was built with, as cargo-auditable records it (auditable.schema.json). */
export interface Crate {
  readonly name: string;
  readonly version: string;
  /** `crates.io`, `git`, `local`, `registry`, or another word. */
  readonly source: string;
  /** Whether it is in the program; false for what only took part in building it. */
  readonly isRuntime: boolean;
  /** Places in the list of the crates it depends on. */
  readonly dependencies: readonly number[];
  /** Whether it is what was built. */
  readonly isRoot: boolean;
}

/** What is more than any real program has: crates, bytes of the list before and after compression. */
const limits = { crates: 20_000, compressed: 2 ** 20, json: 2 ** 24 };

/** Whether zlib's data, of which `start` is the first part, begins as a list of crates does. */
export function startsAuditData(start: Uint8Array): boolean {
  try {
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: limits.json };
    return /^\{\s*"packages"\s*:\s*\[/.test(inflateSync(start, options).subarray(0, 64).toString("latin1"));
  } catch {
    return false;
  }
}

/**
 * Unpacks the list, JSON compressed as zlib does; bytes behind it do not matter. null when it goes on behind `compressed`.
 * Throws SCAN_FILE_INVALID when it is damaged or too long.
 */
export function unpackAuditData(compressed: Uint8Array): string | null {
  try {
    return inflateSync(compressed, { maxOutputLength: limits.json }).toString("utf8");
  } catch (cause) {
    const isCut = isObject(cause) && cause["code"] === "Z_BUF_ERROR";
    if (isCut && compressed.length < limits.compressed) return null;
    throw damaged("it cannot be unpacked", cause);
  }
}

/** Reads the list of crates. Throws SCAN_FILE_INVALID. */
export function parseAuditData(json: string): readonly Crate[] {
  const list = parseObject(json)?.["packages"];
  if (!Array.isArray(list)) throw damaged("it is no list of packages");
  if (list.length > limits.crates) throw damaged("it has too many packages");
  return list.map((entry: unknown): Crate => {
    if (!isObject(entry)) throw damaged("a package is no object");
    const { name, version, source, kind, dependencies, root } = entry;
    if (!isName(name) || !isVersion(version)) throw damaged("a package has no name or version");
    return {
      name,
      version,
      source: typeof source === "string" ? source.slice(0, 100) : "",
      isRuntime: kind === undefined || kind === "runtime",
      dependencies: placesIn(dependencies, list.length),
      isRoot: root === true,
    };
  });
}

function placesIn(value: unknown, count: number): readonly number[] {
  if (!Array.isArray(value)) return [];
  const places = value.filter((place): place is number => Number.isInteger(place) && place >= 0 && place < count);
  return [...new Set(places)];
}

function isName(value: unknown): value is string {
  return typeof value === "string" && /^[\p{L}\p{N}_-]{1,200}$/u.test(value);
}

function isVersion(value: unknown): value is string {
  return typeof value === "string" && /^[0-9A-Za-z.+-]{1,200}$/.test(value);
}

function damaged(reason: string, cause?: unknown): ScanError {
  return new ScanError("SCAN_FILE_INVALID", `the audit data of a Rust program is damaged: ${reason}`, {
    hint: "the program was changed after cargo auditable built it",
    cause,
  });
}
