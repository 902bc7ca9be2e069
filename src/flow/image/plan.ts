import type { CatalogMatch } from "../../catalog/find.ts";
import type { Substitution } from "../../catalog/substitution.ts";
import { expandDefinition } from "../../definition/expand.ts";
import type { Lock, LockedPlatform, PlatformLock } from "../../definition/lock.ts";
import type { Definition } from "../../definition/schema.ts";
import { distroName, isOurs } from "../../definition/syntax.ts";
import { type TrueTags, trueTags } from "../../definition/true-tags.ts";
import type { ImagePlan } from "../../image/build.ts";
import { parsePlatform } from "../../oci/platform.ts";
import { buildsOf, substitutionsOf } from "../lock.ts";
import type { Ports } from "../ports.ts";
import { scopeOf } from "../scope.ts";
import { planStage } from "../stage/plan.ts";
import { lockedFor, lockedVersions, lockIncomplete, planContents } from "./contents-plan.ts";
import { readSources } from "./sources.ts";

/** What a plan is made of. */
export interface PlanInput {
  readonly match: CatalogMatch;
  readonly lock: Lock;
  /** The catalogue's substitutions, by name. */
  readonly known: ReadonlyMap<string, Substitution>;
}

/** The plan of one platform's image: the definition expanded with the locked versions, and where every input lies. */
export async function planImage(
  input: PlanInput & Pick<ImagePlan, "version">,
  platform: LockedPlatform,
  ports: Ports,
): Promise<ImagePlan> {
  const { match, known, version } = input;
  const lock = platformLock(input.lock, platform);
  const versions = lockedVersions(match.source.definition.contents, lock, { known, platform });
  const definition = expandFor(input, platform, versions);
  const recorded = match.entry.kind === "image";
  const context = { platform, known, recorded };
  const contents = planContents(definition.contents, lock, { context, ports });
  const identity = {
    platform: parsePlatform(platform),
    path: match.entry.path.replace(/\.yaml$/, ""),
    distribution: distroName(match.source.syntax.distro),
    version,
    recorded,
  };
  const stages = await Promise.all(
    buildsOf(match.source, platform, versions).map(
      async (build) => await planStage({ build, definition, lock, context, identity }, ports),
    ),
  );
  return {
    ...identity,
    ...contents,
    definition,
    strict: recorded && isOurs(match.source.syntax),
    added: [...contents.added, ...stages],
    sources: await readSources(definition, ports.catalog),
  };
}

/**
 * All tags that are true of the image that comes of a lock, those of the definition and what the taken version adds, with
 * what was decided about them.
 */
export function trueTagsOf(input: PlanInput): TrueTags {
  const platform = anyPlatform(input.lock);
  const inputs = platformLock(input.lock, platform);
  const { definition } = input.match.source;
  const versions = lockedVersions(definition.contents, inputs, { known: input.known, platform });
  const expanded = expandFor(input, platform, versions);
  const debian = inputs.packages.map(({ name, version, source }) => ({ name, of: source.name, version }));
  const npm = substitutionsOf(expanded.contents, input.known).flatMap((item) =>
    item.kind === "npm"
      ? [{ name: item.name, of: item.component.name, version: lockedFor(item, platform, inputs).version }]
      : [],
  );
  return trueTags(definition, { expanded, packages: [...debian, ...npm] });
}

function expandFor(
  { match }: PlanInput,
  platform: LockedPlatform,
  versions: Readonly<Record<string, string>>,
): Definition {
  const { definition } = match.source;
  return expandDefinition(definition, scopeOf(definition, platform, versions));
}

function platformLock(lock: Lock, platform: LockedPlatform): PlatformLock {
  const found = lock.platforms[platform];
  if (found !== undefined) return found;
  throw lockIncomplete(platform);
}

function anyPlatform(lock: Lock): LockedPlatform {
  return lock.platforms["linux/amd64"] === undefined ? "linux/arm64" : "linux/amd64";
}
