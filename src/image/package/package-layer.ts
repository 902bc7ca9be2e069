import type { Cache } from "../../cache/cache.ts";
import { checkConflicts } from "../layer/conflict.ts";
import type { Fragment } from "../layer/fragment.ts";
import { composeLayer, type Layer } from "../layer/layer.ts";
import { type DebInput, debFragment } from "./deb-fragment.ts";
import { dpkgStatusEntries, dpkgStatusRules } from "./dpkg-status.ts";
import { hasOmitted, type OmissionSearch, omittedFrom } from "./omission.ts";
import { createOpenDeb } from "./open-deb.ts";

/** The packages of a layer, in order, and paths of theirs that are left out. */
export interface PackageLayerRequest {
  readonly packages: readonly Pick<DebInput, "name" | "version" | "architecture" | "sha256">[];
  readonly omitted: readonly string[];
}

/** The layer of an image's Debian packages, with dpkg's own database where dpkg is among them. */
export async function packageLayer(request: PackageLayerRequest, cache: Cache): Promise<Layer> {
  const found = (await tryLayer(request, "lists", cache)) ?? (await tryLayer(request, "contents", cache));
  if (found !== null) return found;
  throw new Error("a path was found in a package and could not be left out of it");
}

/** null where a path that should be left out is still there: then packages have to be searched more thoroughly. */
async function tryLayer(request: PackageLayerRequest, search: OmissionSearch, cache: Cache): Promise<Layer | null> {
  const left = new Error("a path that should be left out is still there");
  const check = (fragments: readonly Fragment[]) => {
    if (hasOmitted(fragments, request.omitted)) throw left;
  };
  try {
    return await compose(request, { search, check }, cache);
  } catch (cause) {
    if (cause === left) return null;
    throw cause;
  }
}

async function compose(
  { packages, omitted }: PackageLayerRequest,
  how: { readonly search: OmissionSearch; readonly check: (fragments: readonly Fragment[]) => void },
  cache: Cache,
): Promise<Layer> {
  const database = packages.some(({ name }) => name === "dpkg") ? "dpkg" : "status.d";
  const open = createOpenDeb(cache);
  const sources = await Promise.all(
    packages.map(async (item) => {
      const omit = await omittedFrom(item, { omitted, search: how.search }, { cache, open });
      return debFragment({ ...item, database, omit }, open);
    }),
  );
  const check = (fragments: readonly Fragment[]) => {
    how.check(fragments);
    checkConflicts(fragments);
  };
  const generated = { rules: dpkgStatusRules, entries: dpkgStatusEntries };
  return await composeLayer({ sources, below: null, check, ...(database === "dpkg" ? { generated } : {}) }, cache);
}
