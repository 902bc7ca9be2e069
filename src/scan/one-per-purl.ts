import type { FoundPackage } from "./cataloger.ts";

/**
 * Joins packages of the same purl, met at several places, into one with all locations, licences, comments and dependencies;
 * the rest is as the first has it. None depends on itself.
 */
export function onePerPurl(packages: readonly FoundPackage[]): readonly FoundPackage[] {
  const groups = new Map<string, FoundPackage[]>();
  for (const item of packages) {
    const group = groups.get(item.purl);
    if (group === undefined) groups.set(item.purl, [item]);
    else group.push(item);
  }
  return [...groups.values()].flatMap(joined);
}

function joined(group: readonly FoundPackage[]): readonly FoundPackage[] {
  const [first] = group;
  if (first === undefined) return [];
  const all = (list: (item: FoundPackage) => readonly string[]) => [...new Set(group.flatMap(list))];
  return [
    {
      ...first,
      licenses: all((item) => item.licenses),
      locations: all((item) => item.locations).sort(),
      comments: all((item) => item.comments),
      dependsOn: all((item) => item.dependsOn ?? [])
        .filter((purl) => purl !== first.purl)
        .sort(),
      evidence: first.evidence ?? first.locations[0] ?? "",
    },
  ];
}
