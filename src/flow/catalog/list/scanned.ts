import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { CodedError } from "../../../error.ts";
import type { Sbom } from "../../../sbom/model.ts";
import { readScanRecord } from "../../../scan/record.ts";
import type { AdvisoryIndex } from "../../../vuln/index/read.ts";
import type { Ports } from "../../ports.ts";
import type { OpenedAdvisories } from "../../vuln/advisories.ts";
import type { DatedCounts } from "./model.ts";

/** An image that was built here: its manifest's digest, its index's, and the names that it is known by. */
export interface BuiltImageName {
  readonly digest: string;
  readonly indexDigest: string;
  readonly names: readonly string[];
}

/** What the scan of an image tells; null where it was not scanned, or nothing speaks of it. */
export interface ScannedCounts {
  readonly packages: number;
  readonly vulnerabilities: DatedCounts | null;
}

/** Tells how many packages and vulnerabilities images have. Close it when done: what it has counted is remembered. */
export interface ScanBook {
  of(image: BuiltImageName): Promise<ScannedCounts | null>;
  close(): Promise<void>;
}

const recordKind = "listed-scans-1";

/**
 * A book of what the cache has of scans, counted by the advisories at hand. Nothing is scanned or fetched for it, and what was
 * counted by the same advisories on the same day is not counted again. Advisories that cannot be used are noted.
 */
export function openScanBook(ports: Ports): ScanBook {
  let opened: Promise<Opened> | null = null;
  const used = new Map<string, ScannedCounts>();
  return {
    async of(image) {
      // Where nothing was built, no advisories are asked for.
      opened ??= openCounts(ports);
      const { known, advisories } = await opened;
      const key = `${image.indexDigest} ${image.digest}`;
      const found = known.get(key) ?? (await countScan(image, advisories, ports));
      if (found !== null && !known.has(key)) used.set(key, found);
      return found;
    },
    async close() {
      if (opened === null) return;
      const { known, advisories, state } = await opened;
      advisories?.[Symbol.dispose]();
      const counts = [...known, ...used];
      if (used.size > 0) await ports.cache.writeRecord(recordKind, placeOf(ports), { state, counts });
    },
  };
}

interface Opened {
  readonly advisories: OpenedAdvisories | null;
  readonly state: string;
  /** What was counted before in this state. */
  readonly known: ReadonlyMap<string, ScannedCounts>;
}

async function openCounts(ports: Ports): Promise<Opened> {
  const advisories = await openAtHand(ports);
  const state = stateOf(advisories?.index ?? null, ports.now().toISOString().slice(0, 10));
  return { advisories, state, known: readCounts(await ports.cache.record(recordKind, placeOf(ports)), state) };
}

function placeOf({ catalog }: Pick<Ports, "catalog">): string {
  return createHash("sha256").update(resolve(catalog)).digest("hex");
}

/** The advisories at hand; null where there are none, or they cannot be used. */
async function openAtHand(ports: Ports): Promise<OpenedAdvisories | null> {
  try {
    const { openAdvisories } = await import("../../vuln/advisories.ts");
    return await openAdvisories(ports);
  } catch (cause) {
    ports.signal.throwIfAborted();
    if (!(cause instanceof CodedError)) throw cause;
    ports.report.note(`vulnerabilities are not counted: ${cause.message}`);
    return null;
  }
}

async function countScan(
  { digest, indexDigest, names }: BuiltImageName,
  advisories: OpenedAdvisories | null,
  ports: Ports,
): Promise<ScannedCounts | null> {
  const scan = await readScanRecord({ reference: names[0] ?? digest, digest, platform: null }, ports.cache);
  if (scan === null) return null;
  const { sbom } = scan;
  const packages = sbom.packages.length;
  if (advisories === null || advisories.index === null) return { packages, vulnerabilities: null };
  const asOf = await ageOf(sbom, advisories.index);
  if (asOf === null) return { packages, vulnerabilities: null };
  const { optionsFor } = await import("../../vuln/advisories.ts");
  const { comesAlone } = await import("../../vuln/comes-with.ts");
  const { noVex } = await import("../../vuln/vex-request.ts");
  const { match } = await import("../../../vuln/match.ts");
  const subject = { sbom, comesWith: { ...comesAlone, names, digests: [indexDigest] } };
  const request = { policy: "all", archive: "never", vex: noVex, maxAge: null } as const;
  const { counts } = match(sbom, await optionsFor(subject, { advisories, request }, ports));
  return { packages, vulnerabilities: { ...counts, asOf } };
}

/** How old the oldest source is that an answer rests on; null where none speaks of the image. */
async function ageOf(sbom: Sbom, index: AdvisoryIndex): Promise<string | null> {
  const { sourcesInUse } = await import("../../../vuln/sources-in-use.ts");
  const days = sourcesInUse(sbom, index).map(({ asOf }) => asOf.slice(0, 10));
  return days.toSorted()[0] ?? null;
}

/** Tells one state of the advisories from another; by the day support ends, too. */
function stateOf(index: AdvisoryIndex | null, today: string): string {
  const about = index === null ? null : [index.created, index.origins];
  return createHash("sha256")
    .update(JSON.stringify([about, today]))
    .digest("hex");
}

function readCounts(record: unknown, state: string): ReadonlyMap<string, ScannedCounts> {
  return isCounts(record) && record.state === state ? new Map(record.counts) : new Map();
}

/** Records are our own, and sealed. */
function isCounts(
  value: unknown,
): value is { readonly state: string; readonly counts: readonly (readonly [string, ScannedCounts])[] } {
  return typeof value === "object" && value !== null && "state" in value && "counts" in value;
}
