import { existsSync } from "node:fs";
import { type CatalogEntry, type CatalogReading, entriesOf, firstInvalid, readAll } from "../../catalog/catalog.ts";
import { findImage } from "../../catalog/find.ts";
import { type Lock, lockedPlatforms } from "../../definition/lock.ts";
import { type LockChange, lockChanges } from "../../definition/lock-changes.ts";
import { sortTags } from "../../definition/tags.ts";
import { CodedError } from "../../error.ts";
import { redactUrl } from "../../http/redact.ts";
import { FlowError } from "../error.ts";
import { lockFound } from "../lock.ts";
import type { Ports } from "../ports.ts";
import { lockFileFor, readLockFile } from "./lock-file.ts";
import { findRequested, type ImageRequest } from "./request.ts";

/** The JSON of `hardpan outdated`. */
export interface OutdatedReport {
  readonly schema: "hardpan/outdated/1";
  readonly images: readonly OutdatedImage[];
}

/** An image whose lock lies beside its definition, compared with what it would be built from now. */
export interface OutdatedImage {
  /** `node`. */
  readonly image: string;
  /** The definition's, below the catalogue's folder. */
  readonly path: string;
  /** One that belongs to this definition; null where that cannot be read. */
  readonly tag: string | null;
  /** null where nothing can be said, for what `problem` tells. */
  readonly outdated: boolean | null;
  readonly packages: readonly LockChange[];
  readonly problem: { readonly code: string; readonly message: string } | null;
}

/**
 * Compares locks with what would be built from now, the content of other images included: those of the images in `names`,
 * NAME or NAME:TAG, or all that there are beside the catalogue's definitions. An image that cannot be looked up does not keep
 * the others from it. Throws CATALOG_NOT_FOUND, and FLOW_INPUT_MISSING for a named image without a lock.
 */
export async function findOutdated(names: readonly string[], ports: Ports): Promise<OutdatedReport> {
  const images: OutdatedImage[] = [];
  for (const locked of await lockedImages(names, ports)) images.push(await lookUp(locked, ports));
  return { schema: "hardpan/outdated/1", images };
}

interface LockedDefinition {
  readonly entry: CatalogEntry;
  readonly tag: string | null;
  /** What is wrong with the definition; null for nothing. */
  readonly invalid: Error | null;
}

async function lockedImages(names: readonly string[], ports: Ports): Promise<readonly LockedDefinition[]> {
  const catalog = await ports.library.catalog();
  const found = new Map<string, LockedDefinition>();
  for (const name of names.length > 0 ? names : catalog.images.keys()) {
    const readings: readonly CatalogReading[] = name.includes(":")
      ? [{ ...(await findImage(catalog, name)), ok: true }]
      : await readAll(catalog, entriesOf(catalog, name));
    const locked = readings.filter(({ entry }) => existsSync(lockFileFor(ports.catalog, entry.path)));
    if (locked.length === 0 && names.length > 0) throw noLock(name, readings);
    for (const reading of locked) {
      found.set(reading.entry.path, { entry: reading.entry, tag: tagOf(reading), invalid: firstInvalid([reading]) });
    }
  }
  return [...found.values()];
}

async function lookUp({ entry, tag, invalid }: LockedDefinition, ports: Ports): Promise<OutdatedImage> {
  const about = { image: entry.name, path: entry.path, tag };
  try {
    if (invalid !== null) throw invalid;
    const locked = await readLockFile(lockFileFor(ports.catalog, entry.path));
    const packages = (await changesOf(locked, `${entry.name}:${tag}`, ports)).map(shown);
    return { ...about, outdated: packages.length > 0, packages, problem: null };
  } catch (cause) {
    if (!(cause instanceof CodedError)) throw cause;
    const { code, message } = cause;
    return { ...about, outdated: null, packages: [], problem: { code, message } };
  }
}

/** Only platforms that are locked are looked up: one that is not is named, whether it can be locked or not. */
async function changesOf(locked: Lock, name: string, ports: Ports): Promise<readonly LockChange[]> {
  const request: ImageRequest = { kind: "image", name, platforms: [] };
  const found = await findRequested(request, ports);
  const offered = found.platforms;
  const shared = lockedPlatforms(locked).filter((platform) => offered.includes(platform));
  const platforms = shared.length > 0 ? shared : offered;
  const available = await lockFound({ ...found, platforms }, request, ports);
  return lockChanges(locked, available, { offered });
}

/** An address may hold what is secret. */
function shown(change: LockChange): LockChange {
  return change.reason === "file" ? { ...change, package: redactUrl(change.package) } : change;
}

/** The most exact tag of a definition that can be read. */
function tagOf(reading: CatalogReading): string | null {
  return reading.ok ? (sortTags(reading.source.definition.tags).at(-1) ?? null) : null;
}

function noLock(name: string, readings: readonly CatalogReading[]): FlowError {
  const tag = readings.map(tagOf).find((candidate) => candidate !== null) ?? "TAG";
  return new FlowError("FLOW_INPUT_MISSING", `there is no lock beside the definition of ${name}`, {
    hint: `make one with \`hardpan lock ${name.includes(":") ? name : `${name}:${tag}`}\``,
  });
}
