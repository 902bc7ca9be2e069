import type { PackageIndex } from "../apt/model.ts";
import { acquireIndex } from "../apt/suite.ts";
import { loadSubstitutions, type Substitution } from "../catalog/substitution.ts";
import { expandBuild, expandContents } from "../definition/expand.ts";
import type { Lock, LockedPlatform, PlatformLock, StageLock } from "../definition/lock.ts";
import { packageRequest } from "../definition/package.ts";
import type { DefinitionFile } from "../definition/parse.ts";
import type { DefinitionBuild } from "../definition/schema.ts";
import { debianCodename, distroName } from "../definition/syntax.ts";
import { FlowError } from "./error.ts";
import { type FoundImage, findRequested, type ImageRequest } from "./image/request.ts";
import type { Ports } from "./ports.ts";
import { buildScopeOf, scopeOf } from "./scope.ts";
import { aptOptions, aptPorts } from "./supply/apt-ports.ts";
import { lockArtifact } from "./supply/artifacts.ts";
import { lockContents, type SourceContents } from "./supply/contents-lock.ts";
import { artifactPorts } from "./supply/input-ports.ts";
import { lockNpm, type NpmLocks } from "./supply/npm-lock.ts";

/** A lock and the definition it is of. */
export interface LockedImage {
  readonly lock: Lock;
  readonly found: FoundImage;
}

/** Resolves an image's definition against the archive and the npm registry as they are now: the exact inputs of a build. */
export async function lockImage(request: ImageRequest, ports: Ports): Promise<LockedImage> {
  const found = await findRequested(request, ports);
  const { source, entry } = found.match;
  const known = await loadSubstitutions(ports.catalog);
  const npm = await lockNpm(substitutionsIn(source, found.platforms, known), found.platforms, ports);
  const platforms = await Promise.all(
    found.platforms.map(async (platform) => await lockPlatform(source, { ...request, platform, known, npm }, ports)),
  );
  const lock: Lock = {
    schema: "hardpan/lock/1",
    definition: { path: entry.path, sha256: source.sha256 },
    releases: platforms[0]?.releases ?? [],
    platforms: Object.fromEntries(platforms.map((item) => [item.platform, item.lock])),
  };
  return { lock, found };
}

/** The substitutions that the packages of contents need, in their order. */
export function substitutionsOf(
  contents: Pick<SourceContents, "packages">,
  known: ReadonlyMap<string, Substitution>,
): readonly Substitution[] {
  const { packages } = packageRequest(contents.packages);
  return packages.flatMap(({ name }) => known.get(name) ?? []);
}

/** The builds of a definition that are made on a platform, expanded; `packages` are locked versions by name. */
export function buildsOf(
  source: DefinitionFile,
  platform: LockedPlatform,
  packages: Readonly<Record<string, string>> = {},
): readonly DefinitionBuild[] {
  const { definition } = source;
  const scope = buildScopeOf(definition, platform, packages);
  return definition.contents.builds.flatMap((build) => expandBuild(definition, build, scope) ?? []);
}

/** All substitutions that a definition and its builds need, each once. */
function substitutionsIn(
  source: DefinitionFile,
  platforms: readonly LockedPlatform[],
  known: ReadonlyMap<string, Substitution>,
): readonly Substitution[] {
  const all = platforms.flatMap((platform) => {
    const own = expandContents(source.definition, scopeOf(source.definition, platform));
    const contents = [own, ...buildsOf(source, platform).map((build) => build.contents)];
    return contents.flatMap((item) => substitutionsOf(item, known));
  });
  return [...new Set(all)];
}

interface PlatformRequest extends Pick<ImageRequest, "pockets"> {
  readonly platform: LockedPlatform;
  readonly known: ReadonlyMap<string, Substitution>;
  readonly npm: NpmLocks;
}

async function lockPlatform(source: DefinitionFile, request: PlatformRequest, ports: Ports) {
  const { platform } = request;
  const contents = expandContents(source.definition, scopeOf(source.definition, platform));
  const index = await openIndex(source, request, ports);
  try {
    const world = { ...request, index };
    const own = await lockOne(contents, world, ports);
    const builds: StageLock[] = [];
    for (const build of buildsOf(source, platform)) builds.push(await lockStage(build, world, ports));
    const lock: PlatformLock = { ...own, builds };
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

type World = PlatformRequest & { readonly index: PackageIndex };

async function lockOne(contents: SourceContents, { known, ...world }: World, ports: Ports) {
  return await lockContents(contents, { ...world, substitutions: substitutionsOf(contents, known) }, ports);
}

async function lockStage(build: DefinitionBuild, world: World, ports: Ports): Promise<StageLock> {
  const { platform } = world;
  const base = build.uses === undefined ? null : await lockArtifact(build.uses, { platform }, artifactPorts(ports));
  return { name: build.name, ...(await lockOne(build.contents, world, ports)), base };
}

/** The index of the archive a definition's distribution comes from, for one platform. */
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
  const request = {
    codename,
    architecture,
    components: ["main"],
    ...(pockets === undefined ? {} : { pockets }),
  } as const;
  return await acquireIndex(request, aptPorts(ports), aptOptions(ports));
}
