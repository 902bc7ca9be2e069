import type { NpmSubstitution, Substitution } from "../../catalog/substitution.ts";
import type { LockedNpmPackage, LockedPlatform } from "../../definition/lock.ts";
import { fetchNpm } from "../../npm/fetch.ts";
import type { PackumentPorts } from "../../npm/packument.ts";
import { type ResolvedNpmPackage, resolveNpm } from "../../npm/resolve.ts";
import type { Ports } from "../ports.ts";
import { officialVerdict } from "./official.ts";

/** The locked npm packages of each platform. */
export type NpmLocks = Readonly<Partial<Record<LockedPlatform, readonly LockedNpmPackage[]>>>;

/** The platforms an image is made for, and those of them that are wanted now. */
export interface NpmPlatforms {
  readonly offered: readonly LockedPlatform[];
  readonly wanted: readonly LockedPlatform[];
}

/**
 * Takes of each substitution the highest version published for all platforms the image is made for, whichever of them are
 * wanted now: so one platform is the same alone and among others. Brings its tarballs into the cache.
 */
export async function lockNpm(
  substitutions: readonly Substitution[],
  { offered, wanted: platforms }: NpmPlatforms,
  ports: Ports,
): Promise<NpmLocks> {
  const locks: Partial<Record<LockedPlatform, LockedNpmPackage[]>> = {};
  for (const substitution of substitutions) {
    if (substitution.kind !== "npm") continue;
    const names = [...new Set(offered.map((platform) => substitution.packages[platform]))];
    const wanted = new Set(platforms.map((platform) => substitution.packages[platform]));
    const { offline, maxAge } = ports;
    ports.report.step(`looking up ${names.join(", ")} ${substitution.range}`);
    const resolution = await resolveNpm(
      { packages: names, range: substitution.range, maxAge, offline },
      npmPorts(ports),
    );
    const locked = new Map<string, LockedNpmPackage>();
    for (const item of resolution.packages.filter(({ name }) => wanted.has(name)))
      locked.set(item.name, await lockPackage(item, { substitution, platforms }, ports));
    for (const platform of platforms) {
      const found = locked.get(substitution.packages[platform]);
      if (found !== undefined) locks[platform] = [...(locks[platform] ?? []), found];
    }
  }
  return locks;
}

/** The npm engine's share of the ports. */
export function npmPorts(ports: Ports): PackumentPorts {
  const { registry: config, cache, signal } = ports;
  return { config, cache, signal, now: () => ports.now().getTime() };
}

interface Use {
  readonly substitution: NpmSubstitution;
  readonly platforms: readonly LockedPlatform[];
}

async function lockPackage(item: ResolvedNpmPackage, use: Use, ports: Ports): Promise<LockedNpmPackage> {
  ports.report.step(`fetching ${item.name} ${item.version}`);
  const { name, version, integrity, sha256, size } = await fetchNpm(item, npmPorts(ports), { offline: ports.offline });
  const platform = use.platforms.find((candidate) => use.substitution.packages[candidate] === name) ?? "linux/amd64";
  const tarball = { version, sha256, what: `${name}@${version}` };
  const comparedWithOfficial = await officialVerdict(tarball, { substitution: use.substitution, platform }, ports);
  return { name, version, integrity, sha256, size, origin: `npm:${name}`, comparedWithOfficial };
}
