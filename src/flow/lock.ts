import type { PackageIndex } from "../apt/model.ts";
import type { Substitution } from "../catalog/substitution.ts";
import { expandBuild, expandContents } from "../definition/expand.ts";
import type { Lock, LockedPlatform, PlatformLock, StageLock } from "../definition/lock.ts";
import { packageRequest } from "../definition/package.ts";
import type { DefinitionFile } from "../definition/parse.ts";
import type { DefinitionBuild } from "../definition/schema.ts";
import { debianCodename, distroName } from "../definition/syntax.ts";
import { FlowError } from "./error.ts";
import { type FoundImage, findRequested, type ImageRequest } from "./image/request.ts";
import type { Ports } from "./ports.ts";
import { architectureOf, buildScopeOf, scopeOf } from "./scope.ts";
import { lockArtifact } from "./supply/artifacts.ts";
import { lockContents, type SourceContents } from "./supply/contents-lock.ts";
import { lockNpm, type NpmLocks } from "./supply/npm-lock.ts";

/** A lock and the definition it is of. */
export interface LockedImage {
  readonly lock: Lock;
  readonly found: FoundImage;
}

/** Resolves an image's definition against the archive and the npm registry as they are now: the exact inputs of a build. */
export async function lockImage(request: ImageRequest, ports: Ports): Promise<LockedImage> {
  const found = await findRequested(request, ports);
  return { lock: await lockFound(found, request, ports), found };
}

/** `lockImage` for a definition that is found already. */
export async function lockFound(
  found: FoundImage,
  request: Pick<ImageRequest, "pockets">,
  ports: Ports,
): Promise<Lock> {
  const { source, entry } = found.match;
  const known = await ports.library.substitutions();
  const asked = { offered: source.definition.platforms, wanted: found.platforms };
  const wanted = found.platforms.map((platform) => wantedOn(source, platform));
  const npm = await lockNpm(substitutionsIn(wanted, known), asked, ports);
  const platforms = await Promise.all(
    wanted.map(async (item) => await lockPlatform(source, { ...request, ...item, known, npm }, ports)),
  );
  return {
    schema: "hardpan/lock/1",
    definition: { path: entry.path, sha256: source.sha256 },
    releases: platforms[0]?.releases ?? [],
    platforms: Object.fromEntries(platforms.map((item) => [item.platform, item.lock])),
  };
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

/** What is to be locked for one platform, its templates expanded. */
interface Wanted {
  readonly platform: LockedPlatform;
  readonly contents: SourceContents;
  readonly builds: readonly DefinitionBuild[];
}

function wantedOn(source: DefinitionFile, platform: LockedPlatform): Wanted {
  const { definition } = source;
  const contents = expandContents(definition, scopeOf(definition, platform));
  return { platform, contents, builds: buildsOf(source, platform) };
}

/** All substitutions that a definition and its builds need, each once. */
function substitutionsIn(wanted: readonly Wanted[], known: ReadonlyMap<string, Substitution>): readonly Substitution[] {
  const all = wanted.flatMap(({ contents, builds }) => [contents, ...builds.map((build) => build.contents)]);
  return [...new Set(all.flatMap((contents) => substitutionsOf(contents, known)))];
}

interface PlatformRequest extends Wanted, Pick<ImageRequest, "pockets"> {
  readonly known: ReadonlyMap<string, Substitution>;
  readonly npm: NpmLocks;
}

/** Opens the index of the archive with the repositories that contents add to it; the same again for the same ones. */
type OpenIndex = (contents: SourceContents) => Promise<PackageIndex>;

type World = PlatformRequest & { readonly openIndex: OpenIndex };

async function lockPlatform(source: DefinitionFile, request: PlatformRequest, ports: Ports) {
  const { platform, contents, builds } = request;
  const opened = new Map<string, Promise<PackageIndex>>();
  const openIndex: OpenIndex = async (item) => {
    const key = JSON.stringify([item.repositories, item.keyring]);
    const index = opened.get(key) ?? openArchive(source, item, { request, ports });
    opened.set(key, index);
    return await index;
  };
  try {
    const world: World = { ...request, openIndex };
    const own = await lockOne(contents, world, ports);
    const stages: StageLock[] = [];
    for (const build of builds) stages.push(await lockStage(build, world, ports));
    const lock: PlatformLock = { ...own, builds: stages };
    return { platform, lock, releases: releasesOf(await Promise.all(opened.values())) };
  } finally {
    for (const index of await Promise.allSettled(opened.values()))
      if (index.status === "fulfilled") index.value.close();
  }
}

/** The suites that were looked at, each once. */
function releasesOf(indices: readonly PackageIndex[]): Lock["releases"] {
  const releases = indices.flatMap((index) => index.releases);
  const bySuite = new Map(
    releases.map(({ suite, date, version, sha256 }) => [suite, { suite, date, version, inReleaseSha256: sha256 }]),
  );
  return [...bySuite.values()];
}

async function lockOne(contents: SourceContents, { openIndex, known, platform, npm }: World, ports: Ports) {
  const index = await openIndex(contents);
  const substitutions = substitutionsOf(contents, known);
  return await lockContents(contents, { index, substitutions, platform, npm }, ports);
}

async function lockStage(build: DefinitionBuild, world: World, ports: Ports): Promise<StageLock> {
  const { platform } = world;
  const base = build.uses === undefined ? null : await lockArtifact(build.uses, { platform }, ports);
  return { name: build.name, ...(await lockOne(build.contents, world, ports)), base };
}

/** The index of the archive a definition's distribution comes from and of other repositories, for one platform. */
async function openArchive(
  source: DefinitionFile,
  contents: SourceContents,
  { request, ports }: { readonly request: PlatformRequest; readonly ports: Ports },
): Promise<PackageIndex> {
  const { distro } = source.syntax;
  const { platform, pockets } = request;
  const codename = debianCodename(distro);
  if (codename === null) {
    throw new FlowError("FLOW_UNSUPPORTED_REFERENCE", `${source.file}: ${distroName(distro)} cannot be built yet`, {
      hint: "the syntax line must name a Debian release, such as hardpan/build:1-debian13",
    });
  }
  const architecture = architectureOf(platform);
  ports.report.step(`reading the archive: ${codename} ${architecture}`);
  return await ports.library.openArchive(contents, {
    codename,
    architecture,
    ...(pockets === undefined ? {} : { pockets }),
  });
}
