import { createTarParser } from "../../archive/tar-read.ts";
import type { Cache } from "../../cache/cache.ts";
import { readDeb } from "../../debian/deb.ts";
import type { Definition } from "../../definition/schema.ts";
import { entryPath } from "../layer/entry.ts";
import { mergedUsrPath } from "./merged-usr.ts";

/**
 * Paths of packages that a definition takes out again: what it deletes, and what it writes itself. They are left out of
 * the packages' own fragments, so that they cost nothing and no layer holds what another hides.
 */
export function omittedPaths(definition: Definition): readonly string[] {
  const deleted = definition.paths.filter(({ type }) => type === "delete").map(({ path }) => entryPath(path));
  const hasRelease = Object.keys(definition["os-release"]).length > 0;
  return [...deleted, ...(hasRelease ? ["usr/lib/os-release"] : [])].sort();
}

/** Whether `path` is one of `omitted` or below it. */
export function isOmitted(path: string, omitted: readonly string[]): boolean {
  return omitted.some((candidate) => path === candidate || path.startsWith(`${candidate}/`));
}

/** Those of `omitted` that a .deb in the cache ships something of; asked of each .deb once. */
export async function omittedFrom(
  deb: { readonly name: string; readonly sha256: string },
  omitted: readonly string[],
  cache: Cache,
): Promise<readonly string[]> {
  if (omitted.length === 0) return [];
  const key = `2 ${deb.sha256} ${omitted.join(" ")}`;
  const known = await cache.record("omission", key);
  if (Array.isArray(known)) return omitted.filter((candidate) => known.includes(candidate));
  const bytes = await cache.read(deb.sha256);
  if (bytes === null) return [];
  const paths = readPaths(await (await readDeb(bytes, { what: deb.name })).data());
  const found = omitted.filter((candidate) => paths.some((path) => isOmitted(path, [candidate])));
  await cache.writeRecord("omission", key, found);
  return found;
}

function readPaths(data: Uint8Array): readonly string[] {
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
