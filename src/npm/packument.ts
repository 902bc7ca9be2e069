import { z } from "zod";
import type { Cache } from "../cache/cache.ts";
import { NpmError } from "./error.ts";
import { fetchPackument, type RegistryPorts } from "./registry.ts";

/** What the registry says of one version. */
export interface PublishedVersion {
  readonly version: string;
  /** Address of the tarball. */
  readonly tarball: string;
  /** Subresource integrity with a sha512 part. */
  readonly integrity: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

/** A package with its versions. */
export interface PublishedPackage {
  readonly name: string;
  readonly versions: readonly PublishedVersion[];
  /** When the registry said so, in milliseconds since 1970. */
  readonly asOf: number;
}

/** What `readPackage` works with. */
export interface PackumentPorts extends RegistryPorts {
  readonly cache: Cache;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** How fresh an answer must be. */
export interface Freshness {
  /** Oldest answer that will do without asking again, in milliseconds. */
  readonly maxAge: number;
  /** Whether to ask nobody and take any answer that was kept. */
  readonly offline?: boolean;
}

/**
 * A package's versions that have a sha512 integrity. A kept answer is taken while it is fresh, and when the registry
 * cannot be reached. Throws NPM_NOT_FOUND, NPM_UNREACHABLE, NPM_ANSWER_INVALID.
 */
export async function readPackage(
  name: string,
  freshness: Freshness,
  ports: PackumentPorts,
): Promise<PublishedPackage> {
  const key = `${ports.config.registry ?? "default"} ${name}`;
  const kept = keptSchema.safeParse(await ports.cache.record("npm-package", key)).data ?? null;
  if (kept !== null && (freshness.offline === true || ports.now() - kept.asOf < freshness.maxAge)) return kept;
  if (freshness.offline === true) throw offline(name);
  let answer: unknown;
  try {
    answer = await fetchPackument(name, false, ports);
  } catch (cause) {
    if (kept !== null && cause instanceof NpmError && cause.code === "NPM_UNREACHABLE") return kept;
    throw cause;
  }
  const published = { name, versions: versionsOf(name, answer), asOf: ports.now() };
  await ports.cache.writeRecord("npm-package", key, published);
  return published;
}

/** When a version was published, in milliseconds since 1970; null when the registry does not say. */
export async function publishedAt(name: string, version: string, ports: PackumentPorts): Promise<number | null> {
  const answer = timeSchema.safeParse(await fetchPackument(name, true, ports));
  const time = Date.parse(answer.data?.time?.[version] ?? "");
  return Number.isNaN(time) ? null : time;
}

const signaturesSchema = z.array(z.object({ keyid: z.string(), sig: z.string() }));

const versionSchema = z.object({
  dist: z.object({
    tarball: z.string(),
    integrity: z.string().optional(),
    signatures: signaturesSchema.optional(),
  }),
});

const packumentSchema = z.object({ versions: z.record(z.string(), z.unknown()) });
const timeSchema = z.object({ time: z.record(z.string(), z.string()).optional() });

const keptSchema = z.object({
  name: z.string(),
  versions: z.array(
    z.object({ version: z.string(), tarball: z.string(), integrity: z.string(), signatures: signaturesSchema }),
  ),
  asOf: z.number(),
});

function versionsOf(name: string, answer: unknown): readonly PublishedVersion[] {
  const read = packumentSchema.safeParse(answer);
  if (!read.success) {
    throw new NpmError("NPM_ANSWER_INVALID", `the npm registry's answer about ${name} has no versions`, {
      hint: "check that `npm config get registry` is the address of an npm registry",
      cause: read.error,
    });
  }
  return Object.entries(read.data.versions).flatMap(([version, manifest]): readonly PublishedVersion[] => {
    const dist = versionSchema.safeParse(manifest).data?.dist;
    const integrity = dist?.integrity?.split(/\s+/).find((part) => part.startsWith("sha512-"));
    if (dist === undefined || integrity === undefined || !/^https?:/.test(dist.tarball)) return [];
    return [{ version, tarball: dist.tarball, integrity, signatures: dist.signatures ?? [] }];
  });
}

function offline(name: string): NpmError {
  return new NpmError("NPM_UNREACHABLE", `nothing is known of the npm package ${name} without the network`, {
    hint: "run the command once with network access",
  });
}
