import type { Cache } from "../cache/cache.ts";
import type { Facts } from "../facts/model.ts";
import type { ImageIdentity, Sbom } from "../sbom/model.ts";
import { isObject } from "./json.ts";

/** Changes with every change of what a scan finds, so that older records are not taken for its result. */
export const scanSchema = "hardpan/scan-record/3";

const kind = "scan";

/** What is remembered of a scan, under the digest of the image's manifest. */
export interface ScanRecord {
  readonly sbom: Sbom;
  readonly facts: Facts;
}

/** The remembered scan of `image`, under the reference it has now; null when there is none of this schema. */
export async function readScanRecord(image: ImageIdentity, cache: Cache | undefined): Promise<ScanRecord | null> {
  const record = await cache?.record(kind, keyOf(image));
  if (!isScanRecord(record) || record.sbom.image.digest !== image.digest) return null;
  return { sbom: { ...record.sbom, image }, facts: record.facts };
}

/** Remembers `scan`, where there is a cache. */
export async function writeScanRecord(scan: ScanRecord, cache: Cache | undefined): Promise<void> {
  const { sbom, facts } = scan;
  await cache?.writeRecord(kind, keyOf(sbom.image), { schema: scanSchema, sbom, facts });
}

function keyOf(image: ImageIdentity): string {
  return image.digest.replace(":", "-");
}

function isScanRecord(value: unknown): value is ScanRecord {
  if (!isObject(value)) return false;
  const { schema, facts, sbom } = value;
  if (schema !== scanSchema || !isObject(facts) || !isObject(sbom)) return false;
  const { image, packages, unowned } = sbom;
  return isObject(image) && Array.isArray(packages) && isObject(unowned);
}
