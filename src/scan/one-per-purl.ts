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
  const evidence = first.evidence ?? first.locations[0] ?? "";
  const all = (list: (item: FoundPackage) => readonly string[]) => distinct(group, list);
  const needed = all((item) => item.dependsOn ?? none);
  return [
    {
      ...first,
      licenses: all((item) => item.licenses),
      locations: sorted(all((item) => item.locations)),
      comments: all((item) => item.comments),
      dependsOn: sorted(needed.includes(first.purl) ? needed.filter((purl) => purl !== first.purl) : needed),
      evidence,
    },
  ];
}

const none: readonly string[] = [];

/** Lists are shared where they can be: an image may have a hundred thousand packages, each with four. */
function distinct(group: readonly FoundPackage[], list: (item: FoundPackage) => readonly string[]): readonly string[] {
  const [first] = group;
  const only = group.length === 1 && first !== undefined ? list(first) : null;
  if (only !== null && only.length < 2) return only.length === 0 ? none : only;
  const all = new Set<string>();
  for (const item of group) for (const text of list(item)) all.add(text);
  return all.size === 0 ? none : [...all];
}

function sorted(list: readonly string[]): readonly string[] {
  return list.length < 2 ? list : [...list].sort();
}
