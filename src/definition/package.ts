/** An item of `contents.packages`. */
export type PackageItem =
  | { readonly kind: "include"; readonly name: string; readonly version: string | null }
  | { readonly kind: "exclude"; readonly name: string };

/** Reads `name`, `name=version` or `!name`, as the schema has accepted it; a version after `!name` says nothing more. */
export function parsePackageItem(item: string): PackageItem {
  const at = item.indexOf("=");
  if (item.startsWith("!")) return { kind: "exclude", name: item.slice(1, at === -1 ? undefined : at) };
  if (at === -1) return { kind: "include", name: item, version: null };
  return { kind: "include", name: item.slice(0, at), version: item.slice(at + 1) };
}

/** What a list of package items asks for. */
export interface PackageRequest {
  /** Packages with the version they are pinned to, or null; sorted by name. */
  readonly packages: readonly { readonly name: string; readonly version: string | null }[];
  /** Names the resolver must never choose, sorted. */
  readonly excluded: readonly string[];
}

/** What is asked of an archive, as package items: pins and exclusions kept, without names that something else stands for. */
export function archiveItems(
  { packages, excluded }: PackageRequest,
  isSubstituted: (name: string) => boolean,
): readonly string[] {
  const wanted = packages.filter(({ name }) => !isSubstituted(name));
  const items = wanted.map(({ name, version }) => (version === null ? name : `${name}=${version}`));
  return [...items, ...excluded.map((name) => `!${name}`)];
}

/**
 * Sums up package items: a name given bare and pinned is pinned, and one that is both asked for and excluded is asked
 * for. An excluded name need not exist.
 */
export function packageRequest(items: readonly string[]): PackageRequest {
  const packages = new Map<string, string | null>();
  const excluded = new Set<string>();
  for (const item of items.map(parsePackageItem)) {
    if (item.kind === "exclude") excluded.add(item.name);
    else packages.set(item.name, item.version ?? packages.get(item.name) ?? null);
  }
  return {
    packages: [...packages]
      .map(([name, version]) => ({ name, version }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    excluded: [...excluded].filter((name) => !packages.has(name)).toSorted(),
  };
}
