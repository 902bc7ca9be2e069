import { join } from "node:path";
import { z } from "zod";
import { text } from "../definition/scalar.ts";
import { readDataFile } from "./data-file.ts";
import { readIfThere } from "./read.ts";

/** An image of Docker's official library, as its reference is written: what a Dockerfile's FROM says. */
export interface OfficialName {
  /** `node`. */
  readonly name: string;
  /** `24`, `24.3`; null where the tag has none. */
  readonly version: string | null;
  /** A word that stands for a version, `krypton`; null without one. */
  readonly floating?: string | null;
  /** `debian-12`, `alpine-3.22`; null where the tag does not tell. */
  readonly distro: string | null;
  readonly variant: "slim" | "full";
  /** What else the tag says. */
  readonly flavors?: readonly string[];
}

/** The catalogue's answer to an official image. */
export interface Mapping {
  /** The hardened image: `node:24-debian13`. */
  readonly image: string;
  /** The reconstruction of the conventional image: `node:24-bookworm-slim`, `nginx:1.26`; null when there is none. */
  readonly baseline: string | null;
  /**
   * Whether the reconstruction is of the same image, or of a smaller one of the same family: comparing with that shows
   * less than the whole difference, never more.
   */
  readonly baselineIs: "same" | "smaller" | null;
  /** Set where the tag asks for a version that the newest of its line need not be: `24.3.0` of 24. */
  readonly askedVersion: string | null;
}

/** The catalogue's table of official images. */
export interface MappingTable {
  readonly rows: readonly MappingRow[];
}

interface MappingRow {
  readonly official: string;
  /** Line of versions, `24`. */
  readonly version: string;
  /** What stands for it in a tag without a version: `krypton`, and of an image that is a distribution `debian-13`. */
  readonly names: readonly string[];
  /** What a tag must say besides, `fpm`: all of it, and nothing else. */
  readonly flavors: readonly string[];
  readonly image: string;
  readonly baselines: readonly MappedBaseline[];
}

/** Reconstructions of what an official image is on one distribution; at least one of the two is there. */
interface MappedBaseline {
  readonly distro: string;
  readonly slim: string | null;
  /** Of the image that is not called slim. */
  readonly full: string | null;
  readonly isDefault: boolean;
}

/** Where a catalogue keeps its mapping. */
export const mappingFile = "mapping.yaml";

/** The mapping of the catalogue in `directory`; empty where it has none. Throws CATALOG_FILE_INVALID. */
export async function loadMapping(directory: string): Promise<MappingTable> {
  const content = readIfThere(join(directory, mappingFile));
  return content === null ? { rows: [] } : parseMapping(content, { file: mappingFile });
}

/** Reads a mapping file. Throws CATALOG_FILE_INVALID with the place of every problem. */
export function parseMapping(content: string, { file }: { readonly file: string }): MappingTable {
  const rows = readDataFile(content, mappingSchema, file).map((row) => ({
    official: row.official,
    version: row.version,
    names: row.names,
    flavors: row.flavors,
    image: row.image,
    baselines: row.baselines.map(({ distro, slim = null, full = null, default: isDefault }) => ({
      distro,
      slim,
      full,
      isDefault,
    })),
  }));
  return { rows };
}

/** What the catalogue has instead of an official image; null when it has nothing that would do: another distribution or version. */
export function mappingFor(wanted: OfficialName, table: MappingTable): Mapping | null {
  const row = table.rows.find(
    (candidate) => candidate.official === wanted.name && isOfLine(wanted, candidate) && isOfFlavor(wanted, candidate),
  );
  if (row === undefined) return null;
  const baseline = row.baselines.find(({ distro, isDefault }) =>
    wanted.distro === null ? isDefault : distro === wanted.distro,
  );
  if (wanted.distro !== null && !row.baselines.some(({ distro }) => family(distro) === family(wanted.distro)))
    return null;
  return {
    image: row.image,
    ...reconstruction(wanted, baseline),
    askedVersion: wanted.version === null || wanted.version === row.version ? null : wanted.version,
  };
}

function reconstruction(
  { variant }: OfficialName,
  baseline: MappedBaseline | undefined,
): Pick<Mapping, "baseline" | "baselineIs"> {
  const same = baseline?.[variant] ?? null;
  if (same !== null) return { baseline: same, baselineIs: "same" };
  const smaller = variant === "full" ? (baseline?.slim ?? null) : null;
  return { baseline: smaller, baselineIs: smaller === null ? null : "smaller" };
}

/** `debian` of `debian-13`: within a family the C library is the same, across families it is not. */
function family(distro: string | null): string {
  return distro?.split("-", 1)[0] ?? "";
}

function isOfLine(wanted: OfficialName, row: MappingRow): boolean {
  if (wanted.version !== null) return wanted.version === row.version || wanted.version.startsWith(`${row.version}.`);
  const name = wanted.floating ?? wanted.distro;
  return name !== null && row.names.includes(name);
}

function isOfFlavor({ flavors = [] }: OfficialName, row: MappingRow): boolean {
  return flavors.length === row.flavors.length && row.flavors.every((flavor) => flavors.includes(flavor));
}

const mappingSchema = z.array(
  z.strictObject({
    official: text,
    version: text,
    names: z.array(text).default([]),
    flavors: z.array(text).default([]),
    image: text,
    baselines: z.array(
      z
        .strictObject({
          distro: text,
          slim: text.optional(),
          full: text.optional(),
          default: z
            .enum(["true", "false"])
            .transform((value) => value === "true")
            .default(false),
        })
        .refine(({ slim, full }) => (slim ?? full) !== undefined, { error: "a baseline needs `slim` or `full`" }),
    ),
  }),
);
