import type { Cache } from "../cache/cache.ts";
import { findPackageManagers, findShells } from "../facts/command.ts";
import type { ImageFile } from "../facts/model.ts";
import { knownFragment } from "./layer/fragment.ts";
import type { Layer } from "./layer/layer.ts";

/** Shells and package managers an image has, found among its files; the labels say the same. */
export interface Programs {
  /** Absolute paths. */
  readonly shells: readonly string[];
  readonly packageManagers: readonly string[];
}

/** The programs in the packages of `layers`; computed once for each set of layers. */
export async function programsIn(layers: readonly Layer[], cache: Cache): Promise<Programs> {
  const key = layers.map((layer) => layer.key).join(" ");
  const known = await cache.record("programs", key);
  if (isPrograms(known)) return known;
  const files = await packagedFiles(layers, cache);
  const programs: Programs = {
    shells: findShells(files, []).map((path) => `/${path}`),
    packageManagers: findPackageManagers(files, []),
  };
  await cache.writeRecord("programs", key, programs);
  return programs;
}

async function packagedFiles(layers: readonly Layer[], cache: Cache): Promise<ReadonlyMap<string, ImageFile>> {
  const files = new Map<string, ImageFile>();
  const alias = { type: "symlink", mode: 0o777, uid: 0, gid: 0, size: 0, layer: 0 } as const;
  for (const [path, mode, uid, gid] of layers.at(-1)?.directories ?? []) {
    files.set(path, { ...alias, path, type: "directory", mode, uid, gid, linkPath: "" });
  }
  for (const [index, layer] of layers.entries()) {
    for (const key of layer.fragments) {
      const fragment = await knownFragment(key, cache);
      for (const [path, type, size, mode, uid, gid, linkPath] of fragment?.files ?? []) {
        files.set(path, { path, type, size, mode, uid, gid, linkPath, layer: index });
      }
    }
  }
  return files;
}

function isPrograms(value: unknown): value is Programs {
  return typeof value === "object" && value !== null && "shells" in value && "packageManagers" in value;
}
