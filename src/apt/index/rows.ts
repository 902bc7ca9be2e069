import { type IndexedPackage, parseIndexedPackage } from "../../debian/packages.ts";
import { parseRelations } from "../../debian/relation.ts";
import type { Stanza } from "../../debian/stanza.ts";
import type { ArchivePackage } from "../model.ts";

/** Changes with the rows, so that an index of another version of the program is not taken for one of this. */
export const rowFormat = 1;

/** What a row of a package does not say: it is the same for a whole suite. */
export type Whereabouts = Pick<ArchivePackage, "suite" | "pocket" | "mirror">;

/** A package by its name and its number in the file; `version` is the one it provides something as. */
export interface PackageReference {
  readonly name: string;
  readonly id: number;
  readonly version: string | null;
}

/** Keys of the rows: packages by name, and references to them by what else they are looked up by. */
export const keys = {
  name: (name: string) => `n ${name}`,
  provides: (name: string) => `p ${name}`,
  source: (name: string) => `s ${name}`,
  priority: (priority: string) => `y ${priority}`,
  essential: "e",
} as const;

/**
 * The rows of a Packages file, of the packages that run on `architecture`. Throws what `parseIndexedPackage` and
 * `parseRelations` throw, and what `stanzas` throws.
 */
export async function indexRows(
  stanzas: AsyncIterable<Stanza>,
  options: { readonly architecture: string; readonly what: string },
): Promise<readonly (readonly [key: string, value: unknown])[]> {
  const rows: [string, unknown][] = [];
  let id = 0;
  for await (const stanza of stanzas) {
    const found = parseIndexedPackage(stanza, options.what);
    if (found.architecture !== "all" && found.architecture !== options.architecture) continue;
    id += 1;
    const reference = [found.name, id];
    rows.push([keys.name(found.name), packageRow(id, found)]);
    rows.push([keys.source(found.source.name), reference]);
    if (/^(required|important|standard)$/.test(found.priority)) rows.push([keys.priority(found.priority), reference]);
    if (found.essential) rows.push([keys.essential, reference]);
    for (const { name, operator, version } of parseRelations(found.provides).flat()) {
      rows.push([keys.provides(name), operator === "=" ? [...reference, version] : reference]);
    }
  }
  return rows;
}

function packageRow(id: number, found: IndexedPackage): readonly unknown[] {
  const { source } = found;
  return [
    id,
    found.name,
    found.version,
    found.architecture,
    source.name,
    source.version,
    found.essential ? 1 : 0,
    found.priority,
    found.filename,
    found.size,
    found.sha256,
    found.preDepends,
    found.depends,
    found.provides,
    found.replaces,
    found.conflicts,
    found.breaks,
  ];
}

/** The package a row stands for, and its number in the file. */
export function readPackageRow(
  row: unknown,
  where: Whereabouts,
): { readonly id: number; readonly package: ArchivePackage } {
  const fields: readonly unknown[] = Array.isArray(row) ? row : [];
  const text = (place: number) => String(fields[place] ?? "");
  return {
    id: Number(fields[0]),
    package: {
      name: text(1),
      version: text(2),
      architecture: text(3),
      source: { name: text(4), version: text(5) },
      essential: fields[6] === 1,
      priority: text(7),
      filename: text(8),
      size: Number(fields[9]),
      sha256: text(10),
      preDepends: text(11),
      depends: text(12),
      provides: text(13),
      replaces: text(14),
      conflicts: text(15),
      breaks: text(16),
      ...where,
    },
  };
}

/** The reference a row stands for. */
export function readReferenceRow(row: unknown): PackageReference {
  const [name, id, version = null]: readonly unknown[] = Array.isArray(row) ? row : [];
  return { name: String(name), id: Number(id), version: version === null ? null : String(version) };
}
