import type { PackageIndex } from "../../apt/model.ts";
import { type NeedsOptions, needsOf } from "../../catalog/needs.ts";
import type { Substitution } from "../../catalog/substitution.ts";
import { DefinitionError } from "../../definition/error.ts";
import { expandBuild, expandDefinition, TemplateError } from "../../definition/expand.ts";
import type { LockedPlatform } from "../../definition/lock.ts";
import { packageRequest } from "../../definition/package.ts";
import type { DefinitionFile } from "../../definition/parse.ts";
import type { Definition, DefinitionBuild } from "../../definition/schema.ts";
import { isOurs } from "../../definition/syntax.ts";
import { type TakenPackage, trueTags, versionPackage } from "../../definition/true-tags.ts";
import { buildScopeOf } from "../scope.ts";
import type { CheckedVersion } from "./model.ts";
import { missingPackages, unresolved } from "./packages.ts";

/** What a definition is on one platform. */
export interface PlatformAssessment {
  readonly missing: readonly string[];
  readonly needs: readonly string[];
  readonly notes: readonly string[];
  readonly version: CheckedVersion | null;
  /** All tags the image would have; those that the definition lists where the version is not known. */
  readonly tags: readonly string[];
  /** A template of a definition in Hardpan's own format that cannot be expanded, and where. */
  readonly mistake: { readonly path: readonly (string | number)[]; readonly message: string } | null;
}

/** What a definition is looked at with. */
export interface AssessOptions extends NeedsOptions {
  readonly platform: LockedPlatform;
  /** Of the definition's release; null for a distribution other than Debian. */
  readonly index: PackageIndex | null;
  readonly substitutions: ReadonlyMap<string, Substitution>;
}

/** Looks at a definition on one platform: what it needs, which packages are not there, which version it would have. */
export function assess(source: DefinitionFile, options: AssessOptions): PlatformAssessment {
  const { syntax, definition: written } = source;
  const expanded = expandAll(written, options);
  if ("failed" in expanded) return { ...refused(expanded.failed, source), tags: written.tags };
  const { definition, builds } = expanded;
  const needs = needsOf({ syntax, definition, builds }, options);
  const lists = [definition.contents.packages, ...builds.map(({ contents }) => contents.packages)];
  const { index } = options;
  if (index === null) return { missing: [], needs, notes: [], version: null, tags: written.tags, mistake: null };
  const found = missingPackages(lists.flat(), { ...options, index });
  const isComplete = needs.length === 0 && found.missing.length === 0;
  const conflicts = isComplete ? lists.flatMap((items) => unresolved(items, { ...options, index })) : [];
  return {
    missing: [...found.missing, ...conflicts.map(({ what }) => what)],
    needs,
    notes: [...found.notes, ...conflicts.map(({ message }) => message)],
    ...versionOf(written, definition, { ...options, index }),
    mistake: null,
  };
}

type Expanded =
  | { readonly definition: Definition; readonly builds: readonly DefinitionBuild[] }
  | { readonly failed: { readonly path: readonly (string | number)[]; readonly cause: DefinitionError } };

function expandAll(written: Definition, options: AssessOptions): Expanded {
  const scope = buildScopeOf(written, options.platform, listedVersions(written, options));
  let at: readonly (string | number)[] = [];
  try {
    const builds = written.contents.builds.flatMap((build, number) => {
      at = ["contents", "builds", number];
      return expandBuild(written, build, scope) ?? [];
    });
    at = [];
    return { definition: expandDefinition(written, scope), builds };
  } catch (cause) {
    if (!(cause instanceof DefinitionError)) throw cause;
    return { failed: { path: [...at, ...(cause instanceof TemplateError ? cause.path : [])], cause } };
  }
}

/** A builder of another publisher may know more names than we do: then that builder is what the definition needs. */
function refused(
  failed: Extract<Expanded, { failed: unknown }>["failed"],
  source: DefinitionFile,
): Omit<PlatformAssessment, "tags"> {
  const { path, cause } = failed;
  const nothing = { missing: [], notes: [], version: null };
  const inner = cause.cause instanceof Error ? cause.cause.message : cause.message;
  if (isOurs(source.syntax)) return { ...nothing, needs: [], mistake: { path, message: inner } };
  return { ...nothing, needs: [`template: ${cause.message}`], mistake: null };
}

/** For `${package.NAME.version}`: the newest there is, or the range a substitute is taken from. */
function listedVersions(
  { contents }: Definition,
  { index, substitutions }: AssessOptions,
): Readonly<Record<string, string>> {
  const { packages } = packageRequest(contents.packages);
  return Object.fromEntries(
    packages.flatMap(({ name, version }) => {
      const substitute = substitutions.get(name);
      const known = substitute?.kind === "npm" ? substitute.range : (version ?? index?.find(name)[0]?.version);
      return known === undefined ? [] : [[name, known]];
    }),
  );
}

type WithIndex = AssessOptions & { readonly index: PackageIndex };

/** The version the archive gives the image, where its tags say another. What npm gives is known only to a lock. */
function versionOf(
  written: Definition,
  expanded: Definition,
  options: WithIndex,
): Pick<PlatformAssessment, "version" | "tags"> {
  const { packages } = packageRequest(expanded.contents.packages);
  const taken = packages.flatMap(({ name }): TakenPackage[] => {
    const newest = options.substitutions.has(name) ? undefined : options.index.find(name)[0];
    return newest === undefined ? [] : [{ name, of: newest.source.name, version: newest.version }];
  });
  const { tags, dropped, version, ...found } = trueTags(written, { expanded, packages: taken });
  const name = found.package ?? versionPackage(written);
  if (name === null || version === null || options.substitutions.get(name)?.kind === "npm") {
    return { version: null, tags: written.tags };
  }
  return { version: dropped.length === 0 ? null : { package: name, version, tags, dropped }, tags };
}
