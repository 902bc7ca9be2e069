import type { CatalogMatch } from "../../catalog/find.ts";
import { filesFor, type NpmSubstitution, type Substitution } from "../../catalog/substitution.ts";
import { expandDefinition } from "../../definition/expand.ts";
import type { Lock, LockedNpmPackage, LockedPlatform, PlatformLock } from "../../definition/lock.ts";
import { packageRequest } from "../../definition/package.ts";
import type { Definition } from "../../definition/schema.ts";
import { distroName } from "../../definition/syntax.ts";
import { type TrueTags, trueTags } from "../../definition/true-tags.ts";
import type { ImagePlan } from "../../image/build.ts";
import { parsePlatform } from "../../oci/platform.ts";
import { FlowError } from "../error.ts";
import { readSources } from "./sources.ts";

/** What a plan is made of. */
export interface PlanInput {
  readonly match: CatalogMatch;
  readonly lock: Lock;
  readonly substitutions: readonly Substitution[];
  /** The catalogue's folder. */
  readonly catalog: string;
}

/** The plan of one platform's image: the definition expanded with the locked versions, and where every input lies. */
export async function planImage(input: PlanInput, platform: LockedPlatform): Promise<ImagePlan> {
  const { match, substitutions, catalog } = input;
  const lock = platformLock(input.lock, platform);
  const definition = expandFor(input, platform);
  const requested = new Set(packageRequest(match.source.definition.contents.packages).packages.map(({ name }) => name));
  const generated = substitutions.filter((item) => item.kind === "generated");
  const inputsOnly = new Set(generated.map(({ from }) => from).filter((name) => !requested.has(name)));
  const bundleFrom = generated[0]?.from ?? "ca-certificates";
  return {
    definition,
    platform: parsePlatform(platform),
    path: match.entry.path.replace(/\.yaml$/, ""),
    distribution: distroName(match.source.syntax.distro),
    version: mostExact(tagsOf(input)),
    packages: lock.packages.filter(({ name }) => !inputsOnly.has(name)),
    npm: substitutions.flatMap((item) => (item.kind === "npm" ? [npmInput(item, platform, lock)] : [])),
    recorded: match.entry.kind === "image",
    certificates: lock.packages.find(({ name }) => name === bundleFrom)?.sha256 ?? null,
    added: [],
    sources: await readSources(definition, catalog),
  };
}

/** All tags that are true of the image that comes of a lock: those of the definition and what the taken version adds. */
export function tagsOf(input: PlanInput): readonly string[] {
  return trueTagsOf(input).tags;
}

/** The tags with what was decided about them. */
export function trueTagsOf(input: PlanInput): TrueTags {
  const platform = anyPlatform(input.lock);
  const inputs = platformLock(input.lock, platform);
  const expanded = expandFor(input, platform);
  const debian = inputs.packages.map(({ name, version, source }) => ({ name, of: source.name, version }));
  const npm = input.substitutions.flatMap((item) =>
    item.kind === "npm"
      ? [{ name: item.name, of: item.component.name, version: lockedFor(item, platform, inputs).version }]
      : [],
  );
  return trueTags(input.match.source.definition, { expanded, packages: [...debian, ...npm] });
}

function expandFor({ match, lock, substitutions }: PlanInput, platform: LockedPlatform): Definition {
  const { definition } = match.source;
  const inputs = platformLock(lock, platform);
  const versions = inputs.packages.map(({ name, version }) => [name, version] as const);
  const substituted = substitutions.flatMap((item) =>
    item.kind === "npm" ? [[item.name, lockedFor(item, platform, inputs).version] as const] : [],
  );
  const target = {
    arch: parsePlatform(platform).architecture,
    dev: definition.variant === "dev",
    fips: definition["fips-compliant"] ?? false,
    flavor: definition.flavor ?? "",
  };
  return expandDefinition(definition, { target, packages: Object.fromEntries([...versions, ...substituted]) });
}

function npmInput(
  substitution: NpmSubstitution,
  platform: LockedPlatform,
  lock: PlatformLock,
): ImagePlan["npm"][number] {
  const locked = lockedFor(substitution, platform, lock);
  const { type, name, licenses, supplier } = substitution.component;
  const purl = `pkg:${type}/${encodeURIComponent(name)}@${encodeURIComponent(locked.version)}`;
  return {
    component: {
      type,
      name,
      version: locked.version,
      purl,
      licenses,
      supplier,
      comments: originComments(substitution, locked),
    },
    what: `${locked.name}@${locked.version}`,
    sha256: locked.sha256,
    files: filesFor(substitution, platform),
    excludes: substitution.excludes,
    links: substitution.links,
  };
}

/** Sentences on where a program that is not Debian's comes from. */
export function originComments(substitution: NpmSubstitution, locked: LockedNpmPackage): readonly string[] {
  const { name, version } = locked;
  if (substitution.official === null) return [`from the npm registry: ${name} ${version}`];
  return [`from the npm registry: ${name} ${version}, a third party's repackaging`, locked.comparedWithOfficial];
}

function lockedFor(substitution: NpmSubstitution, platform: LockedPlatform, lock: PlatformLock): LockedNpmPackage {
  const wanted = substitution.packages[platform];
  const found = lock.npm.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  throw lockIncomplete(`${wanted} for ${platform}`);
}

function platformLock(lock: Lock, platform: LockedPlatform): PlatformLock {
  const found = lock.platforms[platform];
  if (found !== undefined) return found;
  throw lockIncomplete(platform);
}

function anyPlatform(lock: Lock): LockedPlatform {
  return lock.platforms["linux/amd64"] === undefined ? "linux/arm64" : "linux/amd64";
}

function lockIncomplete(what: string): FlowError {
  return new FlowError("FLOW_INPUT_MISSING", `the lock has nothing for ${what}`, {
    hint: "make the lock again with `hardpan lock`",
  });
}

/** The longest tag is the most exact one: `24.21.0-debian13`. */
function mostExact(tags: readonly string[]): string {
  return tags.reduce((longest, tag) => (tag.length > longest.length ? tag : longest), "");
}
