import { NpmError } from "./error.ts";
import {
  type Freshness,
  type PackumentPorts,
  type PublishedPackage,
  type PublishedVersion,
  readPackage,
} from "./packument.ts";
import { compareReleases, satisfies } from "./version.ts";

/** Packages wanted in one and the same version. */
export interface NpmRequest extends Freshness {
  /** Names in the registry, such as the same program for several platforms. */
  readonly packages: readonly string[];
  /** `24.x`, `24.21.x` or an exact version. */
  readonly range: string;
}

/** One package of a resolution, ready to be fetched. */
export interface ResolvedNpmPackage extends PublishedVersion {
  readonly name: string;
}

/** What a request resolved to. */
export interface NpmResolution {
  readonly version: string;
  /** In the order asked for. */
  readonly packages: readonly ResolvedNpmPackage[];
  /** When the registry was last asked, in milliseconds since 1970: the oldest of the answers. */
  readonly asOf: number;
}

/**
 * The highest release in the range that every package has been published in: packages of one program for several
 * platforms are not always in step. Throws NPM_NO_VERSION naming the newest of each, and what `readPackage` does.
 */
export async function resolveNpm(request: NpmRequest, ports: PackumentPorts): Promise<NpmResolution> {
  const published = await Promise.all(request.packages.map(async (name) => await readPackage(name, request, ports)));
  const candidates = published.map((item) => allowedVersions(item, request.range));
  const [first, ...others] = candidates;
  const version = first?.find((candidate) => others.every((list) => list.includes(candidate)));
  if (version === undefined) throw noVersion(request, candidates);
  return {
    version,
    packages: published.flatMap(({ name, versions }) =>
      versions.filter((item) => item.version === version).map((item) => ({ name, ...item })),
    ),
    asOf: Math.min(...published.map(({ asOf }) => asOf)),
  };
}

/** Allowed versions of a package, newest first. */
function allowedVersions({ versions }: PublishedPackage, range: string): readonly string[] {
  return versions
    .map(({ version }) => version)
    .filter((version) => satisfies(version, range))
    .toSorted((a, b) => compareReleases(b, a));
}

function noVersion({ packages, range }: NpmRequest, candidates: readonly (readonly string[])[]): NpmError {
  const newest = packages.map((name, index) => `${name} ${candidates[index]?.[0] ?? "none"}`).join(", ");
  return new NpmError("NPM_NO_VERSION", `no version ${range} is published for all of ${packages.join(", ")}`, {
    hint: `the newest in that range: ${newest}`,
  });
}
