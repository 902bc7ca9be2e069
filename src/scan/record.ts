import type { Cache } from "../cache/cache.ts";
import type { Facts } from "../facts/model.ts";
import type { ImageIdentity, Sbom } from "../sbom/model.ts";
import { isObject } from "./json.ts";
import type { VexDocument } from "./vex/collector.ts";

/** Changes with every change of what a scan finds, so that older records are not taken for its result. */
export const scanSchema = "hardpan/scan-record/9";

const kind = "scan";

/** What is remembered of a scan, under the digest of the image's manifest. */
export interface ScanRecord {
  readonly sbom: Sbom;
  readonly facts: Facts;
  readonly vexDocuments: readonly VexDocument[];
  /** Digests of the image's unpacked layers, lowest first. */
  readonly diffIds: readonly string[];
}

/** The remembered scan of `image`, under the reference it has now; null when there is none of this schema. */
export async function readScanRecord(image: ImageIdentity, cache: Cache | undefined): Promise<ScanRecord | null> {
  if (image.digest === null) return null;
  const record = await cache?.record(kind, keyOf(image.digest));
  if (!isScanRecord(record) || record.sbom.image.digest !== image.digest) return null;
  const { sbom, facts, vexDocuments, diffIds } = record;
  return { sbom: { ...sbom, image }, facts, vexDocuments, diffIds };
}

/** Remembers `scan`, where there is a cache. */
export async function writeScanRecord(scan: ScanRecord, cache: Cache | undefined): Promise<void> {
  const { digest } = scan.sbom.image;
  if (digest !== null) await cache?.writeRecord(kind, keyOf(digest), { schema: scanSchema, ...scan });
}

function keyOf(digest: string): string {
  return digest.replace(":", "-");
}

function isScanRecord(value: unknown): value is ScanRecord {
  if (!isObject(value)) return false;
  const { schema, facts, sbom, vexDocuments, diffIds } = value;
  if (schema !== scanSchema || !isObject(facts) || !isObject(sbom)) return false;
  if (!Array.isArray(vexDocuments) || !Array.isArray(diffIds)) return false;
  const { image, packages, unowned } = sbom;
  return isObject(image) && Array.isArray(packages) && isObject(unowned);
}
