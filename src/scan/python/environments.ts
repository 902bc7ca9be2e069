import type { Distribution } from "./distributions.ts";
import { normalizedName } from "./requires.ts";

/** Which distributions find which others. */
export interface Environments {
  /** The purls of those it requires and that its Python finds, sorted. */
  dependenciesOf(distribution: Distribution): readonly string[];
}

/** The environments of all `distributions` of an image. */
export function createEnvironments(
  distributions: readonly Distribution[],
  purlOf: (distribution: Distribution) => string,
): Environments {
  const sites = new Map<string, Map<string, string>>();
  const groups = new Map<string, Map<string, ReadonlyMap<string, string>>>();
  for (const distribution of distributions) {
    const { site } = distribution;
    const names = sites.get(site) ?? new Map<string, string>();
    const name = normalizedName(distribution.metadata.name);
    if (!names.has(name)) names.set(name, purlOf(distribution));
    sites.set(site, names);
    const key = groupOf(site);
    if (key !== null) groups.set(key, (groups.get(key) ?? new Map()).set(site, names));
  }
  const visibleFrom = (site: string): readonly ReadonlyMap<string, string>[] => {
    const key = groupOf(site);
    const shared = key === null ? null : key.replace(/ .*/, " 3");
    const near = [key, shared].flatMap((group) => [...(groups.get(group ?? "")?.values() ?? [])]);
    return [sites.get(site) ?? new Map(), ...near];
  };
  return {
    dependenciesOf({ site, requires }) {
      const places = requires.length === 0 ? [] : visibleFrom(site);
      const purls = requires.flatMap((name) => places.find((names) => names.has(name))?.get(name) ?? []);
      return [...new Set(purls)].sort();
    },
  };
}

/**
 * What the folders one Python looks in have in common: its prefix and version (`usr/ 3.11`), Debian's and the local
 * administrator's being one. `3` is Debian's folder for all versions. null for a folder of another kind.
 */
function groupOf(site: string): string | null {
  const [, prefix = "", version = ""] = placePattern.exec(site) ?? [];
  return version === "" ? null : `${prefix === "usr/local/" ? "usr/" : prefix} ${version}`;
}

const placePattern = /^((?:[^ ]*\/)?)lib(?:64)?\/(?:python|pypy)([\d.]+)t?\/(?:site|dist)-packages$/;
