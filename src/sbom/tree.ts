import { printable } from "./list.ts";
import type { Sbom, SbomPackage } from "./model.ts";

/** Packages nested deeper are not shown: no line is longer than a terminal can show. */
const deepest = 64;

/**
 * `sbom` as a tree, line by line: the image, the packages that no other needs, and below each what it needs. A package is shown
 * with what it needs once, later marked `(deduped)`; so a tree has no more lines than the bill has packages and
 * dependencies, whatever circles there are. Packages that only need each other are listed by the first of them.
 */
export function* treeLines(sbom: Sbom): Generator<string> {
  const packages = new Map(sbom.packages.map((item) => [item.purl, item]));
  const needed = new Set(sbom.packages.flatMap((item) => item.dependsOn.filter((purl) => purl !== item.purl)));
  const shown = new Set<SbomPackage>();
  yield `${printable(sbom.image.reference)}\n`;
  const top = sbom.packages.filter((item) => !needed.has(item.purl));
  const reached = reachable(top, packages);
  const circles: SbomPackage[] = [];
  for (const item of sbom.packages) {
    if (reached.has(item)) continue;
    circles.push(item);
    for (const found of reachable([item], packages, reached)) reached.add(found);
  }
  const roots = [...top, ...circles];
  for (const [index, item] of roots.entries()) {
    yield* branch(item, { packages, shown, indent: "", depth: 0, isLast: index === roots.length - 1 });
  }
}

interface Branch {
  readonly packages: ReadonlyMap<string, SbomPackage>;
  readonly shown: Set<SbomPackage>;
  readonly indent: string;
  readonly depth: number;
  readonly isLast: boolean;
}

function* branch(item: SbomPackage, at: Branch): Generator<string> {
  const needs = at.packages.size === 0 ? [] : item.dependsOn.flatMap((purl) => at.packages.get(purl) ?? []);
  const wasShown = at.shown.has(item);
  const isTooDeep = at.depth === deepest && needs.length > 0 && !wasShown;
  const stem = at.isLast ? "└── " : "├── ";
  const label = printable(`${item.name}${item.version === "" ? "" : `@${item.version}`} ${item.type}`);
  const mark = wasShown ? " (deduped)" : isTooDeep ? " (…)" : "";
  yield `${at.indent}${stem}${label}${mark}\n`;
  if (wasShown || isTooDeep) return;
  at.shown.add(item);
  const indent = `${at.indent}${at.isLast ? "    " : "│   "}`;
  for (const [index, need] of needs.entries()) {
    yield* branch(need, { ...at, indent, depth: at.depth + 1, isLast: index === needs.length - 1 });
  }
}

/** All that `from` needs, and what that needs, and `from` itself, without what is known already. */
function reachable(
  from: readonly SbomPackage[],
  packages: ReadonlyMap<string, SbomPackage>,
  known: ReadonlySet<SbomPackage> = new Set(),
): Set<SbomPackage> {
  const found = new Set<SbomPackage>(from);
  for (const item of found) {
    for (const purl of item.dependsOn) {
      const need = packages.get(purl);
      if (need !== undefined && !known.has(need)) found.add(need);
    }
  }
  return found;
}
