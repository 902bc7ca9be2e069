import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { invalidDefinition } from "../definition/invalid.ts";
import { nearNames } from "../definition/near.ts";
import type { DefinitionFile } from "../definition/parse.ts";
import type { Problem } from "../definition/problem.ts";
import { CatalogError } from "./error.ts";
import { type ParseCache, readDefinitionFile } from "./read.ts";

/** `image`: what the catalogue offers; `baseline`: a conventional counterpart to compare with. */
export type DefinitionKind = "image" | "baseline";

/** A definition's place in the catalogue, known without reading it. */
export interface CatalogEntry {
  readonly kind: DefinitionKind;
  /** The folder's name: `node`. */
  readonly name: string;
  /** The folder's name: `debian-13`. */
  readonly distro: string;
  /** Path below the catalogue's folder, with `/`: `image/node/debian-13/24.yaml`. */
  readonly path: string;
}

/** The definitions of a catalogue folder by place; none of them is read yet. */
export interface Catalog {
  readonly directory: string;
  /** Remembers what was read before; null reads everything anew. */
  readonly parses: ParseCache | null;
  /** What has been read of it, by path: a catalogue is a moment's view, and reads each definition once. */
  readonly readings: Map<string, Promise<CatalogReading | null>>;
  readonly images: ReadonlyMap<string, readonly CatalogEntry[]>;
  readonly baselines: ReadonlyMap<string, readonly CatalogEntry[]>;
}

/** A definition that has been read. */
export interface CatalogDefinition {
  readonly entry: CatalogEntry;
  /** Its `file` is the entry's path. */
  readonly source: DefinitionFile;
}

/** An entry that is a definition, and what reading it gave. */
export type CatalogReading =
  | { readonly entry: CatalogEntry; readonly ok: true; readonly source: DefinitionFile }
  | { readonly entry: CatalogEntry; readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Lists the definitions below `directory`: `image/<name>/<distro>/*.yaml` and `baseline/<name>/<distro>/*.yaml`. The
 * layout is that of the public Docker Hardened Images catalogue, whose checkout can be given instead.
 * Throws CATALOG_MISSING when there are none.
 */
export async function loadCatalog(
  directory: string,
  { parses = null }: { readonly parses?: ParseCache | null } = {},
): Promise<Catalog> {
  const [images, baselines] = await Promise.all([listKind(directory, "image"), listKind(directory, "baseline")]);
  if (images.size > 0 || baselines.size > 0) return { directory, parses, readings: new Map(), images, baselines };
  throw new CatalogError(
    "CATALOG_MISSING",
    `${directory} holds no catalogue: there is no image/<name>/<distro>/*.yaml`,
    {
      hint: "give the folder that contains image/ with --catalog DIR",
    },
  );
}

/** Reads the definitions among `entries`, and says of each whether it is valid. A file that is none is left out. */
export async function readAll(catalog: Catalog, entries: readonly CatalogEntry[]): Promise<readonly CatalogReading[]> {
  const readings = await Promise.all(
    entries.map(async (entry) => {
      const reading = catalog.readings.get(entry.path) ?? readEntry(catalog, entry);
      catalog.readings.set(entry.path, reading);
      return await reading;
    }),
  );
  return readings.filter((reading) => reading !== null);
}

/** The entries of `name`. Throws CATALOG_NOT_FOUND naming the nearest ones. */
export function entriesOf(catalog: Catalog, name: string, kind: DefinitionKind = "image"): readonly CatalogEntry[] {
  const names = kind === "image" ? catalog.images : catalog.baselines;
  const entries = names.get(name);
  if (entries !== undefined) return entries;
  const near = nearNames(name, [...names.keys()]);
  throw new CatalogError("CATALOG_NOT_FOUND", `the catalogue has no ${kind} ${name}`, {
    hint: near.length === 0 ? `it has ${someOf([...names.keys()])}` : `did you mean ${near.join(" or ")}?`,
  });
}

const namesShown = 20;

function someOf(names: readonly string[]): string {
  const more = names.length > namesShown ? ` and ${names.length - namesShown} more: see \`hardpan catalog check\`` : "";
  return names.length === 0 ? "none" : `${names.toSorted().slice(0, namesShown).join(", ")}${more}`;
}

/** DEFINITION_INVALID for the readings that failed; null when none did. */
export function firstInvalid(readings: readonly CatalogReading[]): Error | null {
  const failed = readings.find((reading) => !reading.ok);
  return failed === undefined || failed.ok ? null : invalidDefinition(failed.entry.path, failed.problems);
}

async function readEntry(catalog: Catalog, entry: CatalogEntry): Promise<CatalogReading | null> {
  const reading = await readDefinitionFile(entry.path, catalog);
  if (reading.kind === "other") return null;
  if (reading.kind === "invalid") return { entry, ok: false, problems: reading.problems };
  return { entry, ok: true, source: reading.source };
}

const distroFolder = /^[a-z]+-\d+(\.\d+)*$/;

async function listKind(
  directory: string,
  kind: DefinitionKind,
): Promise<ReadonlyMap<string, readonly CatalogEntry[]>> {
  const names = await folders(join(directory, kind));
  const listed = await Promise.all(names.map(async (name) => [name, await listName(directory, kind, name)] as const));
  return new Map(listed.filter(([, entries]) => entries.length > 0));
}

async function listName(directory: string, kind: DefinitionKind, name: string): Promise<readonly CatalogEntry[]> {
  const distros = (await folders(join(directory, kind, name))).filter((folder) => distroFolder.test(folder));
  const perDistro = await Promise.all(
    distros.map(async (distro) => {
      const files = (await readdir(join(directory, kind, name, distro)))
        .filter((file) => file.endsWith(".yaml"))
        .toSorted();
      return files.map((file): CatalogEntry => ({ kind, name, distro, path: `${kind}/${name}/${distro}/${file}` }));
    }),
  );
  return perDistro.flat();
}

async function folders(directory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .toSorted();
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR")) return [];
    throw cause;
  }
}
