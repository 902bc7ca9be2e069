import { createHash } from "node:crypto";
import { resolve } from "node:path";
import type { CatalogDefinition } from "../../catalog/catalog.ts";
import type { AuditedFacts } from "../../facts/model.ts";
import type { BuiltIndex } from "../../image/built.ts";
import { formatPlatform } from "../../oci/platform.ts";
import type { Ports } from "../ports.ts";

/** What the last build of a definition for all its platforms gave on this machine. */
export interface BuildRecord {
  /** ISO 8601: when this image was first built here. */
  readonly builtAt: string;
  /** Of the index over all platforms. */
  readonly digest: string;
  /** All of the image, that of this build among them. */
  readonly tags: readonly string[];
  readonly platforms: readonly PlatformRecord[];
}

/** The image of one platform. `size` is in compressed bytes; shell, package manager and compliance are as its labels say. */
export interface PlatformRecord {
  readonly platform: string;
  /** Of its manifest. */
  readonly digest: string;
  readonly size: number;
  readonly uid: number | null;
  readonly shell: string;
  readonly packageManager: string;
  readonly compliance: string;
}

/** What was built. `facts` stand in the order of `index.images`. */
export interface RecordedBuild {
  readonly index: BuiltIndex;
  readonly tags: readonly string[];
  readonly facts: readonly AuditedFacts[];
}

/**
 * Remembers a build, so that the catalogue can say what came of the definition. One for some of its platforms only is not
 * remembered, as its digest is not the image's.
 */
export async function recordBuild(
  definition: CatalogDefinition,
  { index, tags, facts }: RecordedBuild,
  ports: RecordPorts & Pick<Ports, "now">,
): Promise<void> {
  if (index.images.length < definition.source.definition.platforms.length) return;
  const { digest } = index.index.descriptor;
  if ((await lastBuild(definition, ports))?.digest === digest) return;
  const platforms = index.images.flatMap(({ platform, manifest }, number): readonly PlatformRecord[] => {
    const found = facts[number];
    if (found === undefined) return [];
    const { uid, size, labels } = found;
    return [
      {
        ...{ platform: formatPlatform(platform), digest: manifest.descriptor.digest, uid },
        size: size.compressed + manifest.descriptor.size,
        shell: labels["io.hardpan.shell"] ?? "",
        packageManager: labels["io.hardpan.package-manager"] ?? "",
        compliance: labels["io.hardpan.compliance"] ?? "",
      },
    ];
  });
  const record: Written = {
    ...{ definition: definition.source.sha256, builtAt: ports.now().toISOString() },
    ...{ digest, tags, platforms },
  };
  await ports.cache.writeRecord(kind, keyOf(definition, ports), record);
}

/** The last build of a definition as its text is now; null where there was none. */
export async function lastBuild(definition: CatalogDefinition, ports: RecordPorts): Promise<BuildRecord | null> {
  const record = await ports.cache.record(kind, keyOf(definition, ports));
  if (!isWritten(record) || record.definition !== definition.source.sha256) return null;
  const { builtAt, digest, tags, platforms } = record;
  return { builtAt, digest, tags, platforms };
}

/** Where records are, and which catalogue's they are. */
export type RecordPorts = Pick<Ports, "cache" | "catalog">;

interface Written extends BuildRecord {
  /** SHA-256 of the definition's text. */
  readonly definition: string;
}

const kind = "definition-build-1";

function keyOf({ entry }: CatalogDefinition, { catalog }: RecordPorts): string {
  return createHash("sha256")
    .update(`${resolve(catalog)}\n${entry.path}`)
    .digest("hex");
}

/** Records are our own, and sealed: one that is not of this shape is another version's. */
function isWritten(value: unknown): value is Written {
  if (typeof value !== "object" || value === null || !("definition" in value) || !("platforms" in value)) return false;
  return Array.isArray(value.platforms) && value.platforms.length > 0;
}
