import { parseRelations } from "../../debian/relation.ts";
import { parseStanza, type Stanza } from "../../debian/stanza.ts";
import type { Fragment } from "../layer/fragment.ts";

/** Packages that make up one layer. */
export interface PackageGroup {
  /** As the image's history shows it. */
  readonly name: string;
  readonly fragments: readonly Fragment[];
}

/**
 * A package from this size on is a layer of its own: whoever has it shares it. Counted in bytes of tar, about 1 MiB packed:
 * how well it packs depends on the compression and its version, and the layers of an image must not.
 */
const ownLayerSize = 2.5 * 2 ** 20;
/** So many packages at most have a layer of their own, the largest first: images may be 127 layers deep, with what users add. */
const ownLayers = 40;

/**
 * Splits packages into layers so that images share them: large packages alone; what Debian calls essential or required
 * with all it needs (`base`); the other libraries; and what is left, programs and their data (`runtime`). A package's
 * place depends on few others, so the same packages are the same layer in most images. Order within a group is kept.
 */
export function groupPackages(fragments: readonly Fragment[]): readonly PackageGroup[] {
  const stanzas = new Map(fragments.map((fragment) => [fragment, parseStanza(fragment.package?.control ?? "")]));
  const large = new Set(
    fragments
      .filter((fragment) => fragment.unpackedSize >= ownLayerSize)
      .toSorted((a, b) => b.unpackedSize - a.unpackedSize || (a.key < b.key ? -1 : 1))
      .slice(0, ownLayers),
  );
  const base = baseOf([...stanzas.values()]);
  const groupOf = (fragment: Fragment): string => {
    const stanza = stanzas.get(fragment);
    const name = stanza?.get("Package") ?? fragment.key;
    if (large.has(fragment)) return `package ${name}`;
    if (base.has(name)) return "base";
    return /^(.*\/)?(libs|oldlibs)$/.test(stanza?.get("Section") ?? "") ? "libraries" : "runtime";
  };
  const groups = new Map<string, Fragment[]>();
  for (const fragment of fragments) {
    const name = groupOf(fragment);
    groups.set(name, [...(groups.get(name) ?? []), fragment]);
  }
  return [...groups]
    .map(([name, members]) => ({ name, fragments: members }))
    .toSorted((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1));
}

function rank(group: string): number {
  return ["base", "libraries", "runtime"].indexOf(group) + 1 || 2;
}

/** Names of the packages that are essential or required, and of all they need, as far as the image has them. */
function baseOf(stanzas: readonly Stanza[]): ReadonlySet<string> {
  const byName = new Map(stanzas.map((stanza) => [stanza.get("Package") ?? "", stanza]));
  const waiting = stanzas.filter(
    (stanza) => stanza.get("Essential") === "yes" || stanza.get("Priority") === "required",
  );
  const base = new Set<string>();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const name = next.get("Package") ?? "";
    if (base.has(name)) continue;
    base.add(name);
    const relations = [next.get("Pre-Depends") ?? "", next.get("Depends") ?? ""].flatMap(parseRelations).flat();
    for (const relation of relations) {
      const needed = byName.get(relation.name);
      if (needed !== undefined) waiting.push(needed);
    }
  }
  return base;
}
