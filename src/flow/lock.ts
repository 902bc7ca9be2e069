import type { ArchivePackage, PackageIndex, Resolution } from "../apt/model.ts";
import { resolve } from "../apt/resolve.ts";
import { loadSubstitutions, type Substitution } from "../catalog/substitution.ts";
import type { Lock, LockedPackage, LockedPlatform, PlatformLock } from "../definition/lock.ts";
import { packageRequest } from "../definition/package.ts";
import type { DefinitionFile } from "../definition/parse.ts";
import { debianCodename, distroName } from "../definition/syntax.ts";
import { FlowError } from "./error.ts";
import { type FoundImage, findRequested, type ImageRequest } from "./image/request.ts";
import type { Ports } from "./ports.ts";
import { openArchiveIndex } from "./supply/archive-index.ts";
import { lockNpm, type NpmLocks } from "./supply/npm-lock.ts";
import { originOf } from "./supply/origin.ts";

/** A lock and the definition it is of. */
export interface LockedImage {
  readonly lock: Lock;
  readonly found: FoundImage;
}

/** Resolves an image's definition against the archive and the npm registry as they are now: the exact inputs of a build. */
export async function lockImage(request: ImageRequest, ports: Ports): Promise<LockedImage> {
  const found = await findRequested(request, ports);
  const { source, entry } = found.match;
  const substitutions = await substitutionsOf(source, ports);
  const npm = await lockNpm(substitutions, found.platforms, ports);
  const platforms = await Promise.all(
    found.platforms.map(
      async (platform) => await lockPlatform(source, { ...request, platform, substitutions, npm }, ports),
    ),
  );
  const lock: Lock = {
    schema: "hardpan/lock/1",
    definition: { path: entry.path, sha256: source.sha256 },
    releases: platforms[0]?.releases ?? [],
    platforms: Object.fromEntries(platforms.map((item) => [item.platform, item.lock])),
  };
  return { lock, found };
}

/** The substitutions a definition's packages need, in the order of the definition. */
export async function substitutionsOf(
  source: DefinitionFile,
  ports: Pick<Ports, "catalog">,
): Promise<readonly Substitution[]> {
  const known = await loadSubstitutions(ports.catalog);
  const { packages } = packageRequest(source.definition.contents.packages);
  return packages.flatMap(({ name }) => known.get(name) ?? []);
}

interface PlatformRequest extends Pick<ImageRequest, "pockets"> {
  readonly platform: LockedPlatform;
  readonly substitutions: readonly Substitution[];
  readonly npm: NpmLocks;
}

async function lockPlatform(source: DefinitionFile, request: PlatformRequest, ports: Ports) {
  const { platform, substitutions, npm } = request;
  const index = await openIndex(source, request, ports);
  try {
    const resolution = resolvePackages(source, substitutions, index);
    const generated = substitutions.flatMap((item) => (item.kind === "generated" ? [newest(item.from, index)] : []));
    const lock: PlatformLock = {
      packages: uniqueByName([...resolution.packages, ...generated]).map(lockedPackage),
      npm: npm[platform] ?? [],
      cut: resolution.cut.map(({ package: name, relation }) => ({ package: name, relation })),
      files: [],
      artifacts: [],
      builds: [],
    };
    const releases = index.releases.map(({ suite, date, version, sha256 }) => ({
      suite,
      date,
      version,
      inReleaseSha256: sha256,
    }));
    return { platform, lock, releases };
  } finally {
    index.close();
  }
}

/** The index of the archive a definition's distribution comes from and of its repositories, for one platform. */
async function openIndex(
  source: DefinitionFile,
  { platform, pockets }: Pick<PlatformRequest, "platform" | "pockets">,
  ports: Ports,
): Promise<PackageIndex> {
  const { distro } = source.syntax;
  const codename = debianCodename(distro);
  if (codename === null) {
    throw new FlowError("FLOW_UNSUPPORTED_REFERENCE", `${source.file}: ${distroName(distro)} cannot be built yet`, {
      hint: "the syntax line must name a Debian release, such as hardpan/build:1-debian13",
    });
  }
  const architecture = platform === "linux/arm64" ? "arm64" : "amd64";
  ports.report.step(`reading the archive: ${codename} ${architecture}`);
  const request = { codename, architecture, ...(pockets === undefined ? {} : { pockets }) } as const;
  return await openArchiveIndex(source.definition.contents, request, ports);
}

function resolvePackages(
  source: DefinitionFile,
  substitutions: readonly Substitution[],
  index: PackageIndex,
): Resolution {
  const substituted = new Set(substitutions.map(({ name }) => name));
  const { packages, excluded } = packageRequest(source.definition.contents.packages);
  const wanted = packages.filter(({ name }) => !substituted.has(name));
  const items = wanted.map(({ name, version }) => (version === null ? name : `${name}=${version}`));
  return resolve({ packages: [...items, ...excluded.map((name) => `!${name}`)] }, index);
}

function newest(name: string, index: PackageIndex): ArchivePackage {
  const found = index.find(name)[0];
  if (found !== undefined) return found;
  throw new FlowError("FLOW_INPUT_MISSING", `the archive has no package ${name}, which a substitution is made from`, {
    hint: "correct catalog/substitutions.yaml",
  });
}

function uniqueByName(packages: readonly ArchivePackage[]): readonly ArchivePackage[] {
  const byName = new Map(packages.map((item) => [item.name, item]));
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function lockedPackage(item: ArchivePackage): LockedPackage {
  const { name, version, source, filename, size, sha256 } = item;
  const architecture = item.architecture === "amd64" || item.architecture === "arm64" ? item.architecture : "all";
  return { name, version, architecture, source, filename, size, sha256, suite: originOf(item) };
}
