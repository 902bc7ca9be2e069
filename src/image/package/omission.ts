import { createTarParser } from "../../archive/tar-read.ts";
import type { Cache } from "../../cache/cache.ts";
import type { Deb } from "../../debian/deb.ts";
import type { Definition } from "../../definition/schema.ts";
import { defaultConfiguration } from "../definition/fips.ts";
import { entryPath } from "../layer/entry.ts";
import type { Fragment } from "../layer/fragment.ts";
import { mergedUsrPath } from "./merged-usr.ts";
import type { DebIdentity, OpenDeb } from "./open-deb.ts";

/**
 * Paths of packages that a definition takes out again: what it deletes, and what it writes itself. They are left out of
 * the packages' own fragments, so that they cost nothing and no layer holds what another hides.
 */
export function omittedPaths(definition: Definition): readonly string[] {
  const deleted = definition.paths
    .filter(({ type }) => type === "delete")
    .map(({ path }) => mergedUsrPath(entryPath(path)));
  const hasRelease = Object.keys(definition["os-release"]).length > 0;
  const hasFips = definition["fips-compliant"] === true;
  return [...deleted, ...(hasRelease ? ["usr/lib/os-release"] : []), ...(hasFips ? [defaultConfiguration] : [])].sort();
}

/** Whether `path` is one of `omitted` or below it. */
export function isOmitted(path: string, omitted: readonly string[]): boolean {
  return omitted.some((candidate) => path === candidate || path.startsWith(`${candidate}/`));
}

/** Whether any fragment still has what should have been left out. */
export function hasOmitted(fragments: readonly Fragment[], omitted: readonly string[]): boolean {
  return omitted.length > 0 && fragments.some(({ files }) => files.some(([path]) => isOmitted(path, omitted)));
}

/**
 * How a package's files are found out: `lists` asks its md5sums and conffiles, which name no links but are read at once;
 * `contents` unpacks it.
 */
export type OmissionSearch = "lists" | "contents";

/** What is looked for, and how. */
export interface OmissionRequest {
  readonly omitted: readonly string[];
  readonly search: OmissionSearch;
}

/** Those of the omitted paths that a .deb in the cache ships something of; asked of each .deb once. */
export async function omittedFrom(
  item: DebIdentity,
  { omitted, search }: OmissionRequest,
  { cache, open }: { readonly cache: Cache; readonly open: OpenDeb },
): Promise<readonly string[]> {
  if (omitted.length === 0) return [];
  const key = `4 ${search} ${item.sha256} ${JSON.stringify(omitted)}`;
  const known = await cache.record("omission", key);
  if (Array.isArray(known)) return omitted.filter((candidate) => known.includes(candidate));
  const deb = await open(item);
  const paths = search === "lists" ? listedPaths(deb) : containedPaths(await deb.data());
  const found = omitted.filter((candidate) => paths.some((path) => isOmitted(path, [candidate])));
  await cache.writeRecord("omission", key, found);
  return found;
}

function listedPaths(deb: Deb): readonly string[] {
  const lines = (file: string) => new TextDecoder().decode(deb.control.get(file)).split("\n");
  const sums = lines("md5sums").map((line) => line.slice(34));
  const settings = lines("conffiles").map((line) => line.trim().replace(/^.*\s/, "").slice(1));
  return [...sums, ...settings].filter((path) => path !== "").map(mergedUsrPath);
}

function containedPaths(data: Uint8Array): readonly string[] {
  const paths: string[] = [];
  const parser = createTarParser({
    entry(header) {
      if (header.type !== "directory") paths.push(mergedUsrPath(header.path));
      return 0;
    },
    file() {},
  });
  parser.write(data);
  parser.end();
  return paths;
}
