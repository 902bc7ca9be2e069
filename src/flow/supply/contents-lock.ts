import type { ArchivePackage, PackageIndex, Resolution } from "../../apt/model.ts";
import { resolve } from "../../apt/resolve.ts";
import type { Substitution } from "../../catalog/substitution.ts";
import type { ContentsLock, LockedPackage, LockedPlatform } from "../../definition/lock.ts";
import { packageRequest } from "../../definition/package.ts";
import type { DefinitionContents } from "../../definition/schema.ts";
import { FlowError } from "../error.ts";
import type { Ports } from "../ports.ts";
import { lockArtifacts } from "./artifacts.ts";
import { lockFiles } from "./files.ts";
import { artifactPorts, filePorts } from "./input-ports.ts";
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
  const { index, substitutions, platform, npm } = world;
  const resolution = resolvePackages(contents, substitutions, index);
  const generated = substitutions.flatMap((item) => (item.kind === "generated" ? [newest(item.from, index)] : []));
  const wanted = new Set(substitutions.flatMap((item) => (item.kind === "npm" ? [item.packages[platform]] : [])));
  return {
    packages: uniqueByName([...resolution.packages, ...generated]).map(lockedPackage),
    npm: (npm[platform] ?? []).filter(({ name }) => wanted.has(name)),
    cut: resolution.cut.map(({ package: name, relation }) => ({ package: name, relation })),
    files: await lockFiles(contents.files, filePorts(ports)),
    artifacts: await lockArtifacts(contents.artifacts, { platform }, artifactPorts(ports)),
  };
}

function resolvePackages(
  contents: SourceContents,
  substitutions: readonly Substitution[],
  index: PackageIndex,
): Resolution {
  const substituted = new Set(substitutions.map(({ name }) => name));
  const { packages, excluded } = packageRequest(contents.packages);
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
