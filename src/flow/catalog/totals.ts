import type { CatalogCheck, CatalogTotals, CheckedDefinition, DefinitionStatus } from "./model.ts";

/** How many there are of everything. */
export function totalsOf(definitions: readonly CheckedDefinition[]): CatalogTotals {
  const count = (status: DefinitionStatus) => definitions.filter((item) => item.status === status).length;
  return {
    definitions: definitions.length,
    images: new Set(definitions.flatMap(({ image }) => image ?? [])).size,
    tags: definitions.reduce((sum, { tags }) => sum + tags.length, 0),
    buildable: count("buildable"),
    missingPackages: count("missing-packages"),
    needsSource: count("needs-source"),
    invalid: count("invalid"),
  };
}

/** The packages that are missing, with the number of definitions each would help; the most wanted first. */
export function wantedPackages(definitions: readonly CheckedDefinition[]): CatalogCheck["missing"] {
  const counts = new Map<string, number>();
  for (const name of definitions.flatMap(({ missing }) => missing)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => ({ name, definitions: count }))
    .toSorted((a, b) => b.definitions - a.definitions || (a.name < b.name ? -1 : 1));
}
