import { joinPath, nameOf, parentOf } from "../../facts/path.ts";
import type { ListedFiles } from "./record.ts";

/** A file that tells of an installed distribution, and where. */
export interface InfoPlace {
  readonly kind: "metadata" | "record" | "installed-files" | "requires" | "direct-url";
  /** What holds the distribution's metadata: a `.dist-info` or `.egg-info` folder, an egg's, or a single `.egg-info` file. */
  readonly info: string;
  /** The folder Python looks for distributions in, such as `usr/lib/python3/dist-packages`. */
  readonly site: string;
}

const kinds: ReadonlyMap<string, InfoPlace["kind"]> = new Map([
  ["RECORD", "record"],
  ["installed-files.txt", "installed-files"],
  ["requires.txt", "requires"],
  ["direct_url.json", "direct-url"],
]);

/**
 * What the file at `path` tells of; null where it tells of no distribution Python would find: what lies within another's
 * folder is vendored or test data, and `~name` is what an interrupted pip leaves.
 */
export function infoPlaceOf(path: string): InfoPlace | null {
  const info = path.endsWith(".egg-info") ? path : parentOf(path);
  const egg = nameOf(info) === "EGG-INFO" ? parentOf(info) : null;
  const holder = egg ?? info;
  if (!(egg === null ? /\.(dist|egg)-info$/ : /\.egg$/).test(holder) || !/^[A-Za-z0-9]/.test(nameOf(holder)))
    return null;
  const site = parentOf(holder);
  const kind = info === path ? "metadata" : kindOf(nameOf(path), info);
  return kind === null || isWithinPackage(site) ? null : { kind, info, site };
}

function kindOf(name: string, info: string): InfoPlace["kind"] | null {
  if (name === (info.endsWith(".dist-info") ? "METADATA" : "PKG-INFO")) return "metadata";
  return kinds.get(name) ?? null;
}

function isWithinPackage(site: string): boolean {
  const parts = site.split("/");
  return parts.includes("_vendor") || (parts.some(isSiteName) && !isSiteName(parts.at(-1) ?? ""));
}

function isSiteName(name: string): boolean {
  return name === "site-packages" || name === "dist-packages";
}

/**
 * The paths in the image of the files a list in `site` names relative to `folder`; those that would lie outside what its
 * Python was installed to are left out.
 */
export function listedPaths(
  files: ListedFiles,
  at: { readonly folder: string; readonly site: string },
): readonly string[] {
  const [prefix = null] = /^(?:.*\/)?(?=lib(?:64)?\/python)/.exec(at.site) ?? [];
  const bound = prefix ?? `${at.site}/`;
  return files.flatMap(([written, names]) => {
    // `pip install --target` moves programs into the folder itself and leaves `../../bin` in the list.
    const isMoved = prefix === null && written === "../../bin/";
    const place = joined(at.folder, isMoved ? "bin" : written);
    return place === null || !`${place}/`.startsWith(bound) ? [] : names.map((name) => joinPath(place, name));
  });
}

/** Where `path` leads from `folder`; null for an absolute one, or above the root. */
function joined(folder: string, path: string): string | null {
  if (path.startsWith("/")) return null;
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join("/");
}
