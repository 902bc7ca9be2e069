import { createHash } from "node:crypto";
import type { SbomPackage } from "../model.ts";

/** A package and what a document calls it. */
export interface Referenced {
  readonly item: SbomPackage;
  readonly reference: string;
}

/** What a document calls its packages: each has a name of its own. */
export interface References {
  readonly all: readonly Referenced[];
  /** The name of the first package with this URL. Throws Error where there is none. */
  of(purl: string): string;
  /** The name of the first package with this URL; null where there is none. */
  find(purl: string): string | null;
}

/** Gives every package the name that `name` makes of it, with a number behind where that is taken. */
export function referencesOf(packages: readonly SbomPackage[], name: (item: SbomPackage) => string): References {
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  const first = new Map<string, string>();
  const all = packages.map((item) => {
    const wanted = name(item);
    let count = counts.get(wanted) ?? 1;
    let reference = wanted;
    while (taken.has(reference)) reference = `${wanted}-${++count}`;
    counts.set(wanted, count);
    taken.add(reference);
    if (!first.has(item.purl)) first.set(item.purl, reference);
    return { item, reference };
  });
  return {
    all,
    find: (purl) => first.get(purl) ?? null,
    of(purl) {
      const reference = first.get(purl);
      if (reference === undefined) throw new Error(`no package of the bill is ${purl}`);
      return reference;
    },
  };
}

/** `deb-libc6-0123456789ab`: readable, of the characters SPDX allows in identifiers, told apart by a hash. */
export function readableReference(item: SbomPackage): string {
  const readable = `${item.type}-${item.name}`.replaceAll(/[^A-Za-z0-9.-]+/g, "-").slice(0, 80);
  const hash = createHash("sha256")
    .update([item.purl, ...item.locations].join("\n"))
    .digest("hex");
  return `${readable}-${hash.slice(0, 12)}`;
}
