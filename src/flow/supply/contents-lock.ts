import type { ArchivePackage, PackageIndex } from "../../apt/model.ts";
import { resolve } from "../../apt/resolve.ts";
import type { Substitution } from "../../catalog/substitution.ts";
import type { ContentsLock, LockedPackage, LockedPlatform } from "../../definition/lock.ts";
import { archiveItems, packageRequest } from "../../definition/package.ts";
import type { DefinitionContents } from "../../definition/schema.ts";
import { FlowError } from "../error.ts";
import type { Ports } from "../ports.ts";
import { lockArtifacts } from "./artifacts.ts";
import { lockFiles } from "./files.ts";
import type { NpmLocks } from "./npm-lock.ts";
import { originOf } from "./origin.ts";

/** What an image or a build stage is filled with, its templates expanded for one platform. */
export type SourceContents = Pick<
  DefinitionContents,
  "repositories" | "keyring" | "packages" | "files" | "artifacts" | "mappings"
>;

/** What contents are locked against. */
export interface ContentsWorld {
  readonly platform: LockedPlatform;
  readonly index: PackageIndex;
  /** The substitutions that these contents need. */
  readonly substitutions: readonly Substitution[];
  readonly npm: NpmLocks;
}

/** Locks all that contents name, and what their packages depend on. */
export async function lockContents(
  contents: SourceContents,
  world: ContentsWorld,
  ports: Ports,
): Promise<ContentsLock> {
  const { substitutions, platform, npm } = world;
  const wanted = new Set(substitutions.flatMap((item) => (item.kind === "npm" ? [item.packages[platform]] : [])));
  return {
    ...(await resolveOnce(contents, world, ports.cache)),
    npm: (npm[platform] ?? []).filter(({ name }) => wanted.has(name)),
    files: await lockFiles(contents.files, ports),
    artifacts: await lockArtifacts(contents.artifacts, { platform }, ports),
  };
}

type Resolved = Pick<ContentsLock, "packages" | "cut">;

/** Bump when the resolver chooses otherwise than before. */
const resolverRules = 2;

/** Resolves packages, or finds what the same request resolved to against the same suites. */
async function resolveOnce(
  contents: SourceContents,
  { index, substitutions }: ContentsWorld,
  cache: Ports["cache"],
): Promise<Resolved> {
  const substituted = new Set(substitutions.map(({ name }) => name));
  const request = { packages: archiveItems(packageRequest(contents.packages), (name) => substituted.has(name)) };
  const inputs = substitutions.flatMap((item) => (item.kind === "generated" ? [item.from] : []));
  const suites = index.releases.map(({ suite, sha256 }) => `${suite} ${sha256}`);
  // The lines too: they say which components of a suite are looked at.
  const places = [index.architecture, suites, contents.repositories];
  const key = JSON.stringify([resolverRules, places, request, inputs]);
  const known = await cache.record("resolution", key);
  if (isResolved(known)) return known;
  const resolution = resolve(request, index);
  const resolved: Resolved = {
    packages: uniqueByName([...resolution.packages, ...inputs.map((name) => newest(name, index))]).map(lockedPackage),
    cut: resolution.cut.map(({ package: name, relation }) => ({ package: name, relation })),
  };
  await cache.writeRecord("resolution", key, resolved);
  return resolved;
}

function isResolved(value: unknown): value is Resolved {
  return typeof value === "object" && value !== null && "packages" in value && "cut" in value;
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
