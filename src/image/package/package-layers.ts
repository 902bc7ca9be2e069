import { checkConflicts } from "../layer/conflict.ts";
import { loadFragments, type Packing } from "../layer/fragment.ts";
import { composeLayer, type Layer } from "../layer/layer.ts";
import { growRoot } from "../layer/root.ts";
import type { Stack } from "../layer/stack.ts";
import { type DebInput, debFragment } from "./deb-fragment.ts";
import { debRecordFragment } from "./deb-record.ts";
import { dpkgDatabase } from "./dpkg-database.ts";
import { groupPackages } from "./groups.ts";
import { requireListed } from "./identity.ts";
import { hasOmitted, type OmissionSearch, omittedFrom } from "./omission.ts";
import { createOpenDeb, type OpenDeb } from "./open-deb.ts";

/** The packages of an image, in order, paths of theirs that are left out, and whether their documentation is not. */
export interface PackageRequest {
  readonly packages: readonly Omit<DebInput, "omit" | "documentation">[];
  readonly omitted: readonly string[];
  readonly documentation: boolean;
}

/** The layers of an image's Debian packages: their files in groups, then the record of their installation. */
export async function packageLayers(request: PackageRequest, packing: Packing): Promise<Stack> {
  if (request.packages.length === 0) return { layers: [], fragments: [], root: new Map() };
  const open = createOpenDeb(packing.cache);
  const files = await packagedFiles(request, { open, packing });
  const fragments = files.map(({ fragment }) => fragment);
  checkConflicts(fragments);
  const form = request.packages.some(({ name }) => name === "dpkg") ? "dpkg" : "status.d";
  const records = files.map(({ input, fragment }) => debRecordFragment(input, { form, fragment }, open));
  const database = form === "dpkg" ? [...records, dpkgDatabase(fragments)] : records;
  const groups = [
    ...groupPackages(fragments),
    { name: "package records", fragments: await loadFragments(database, packing) },
  ];
  const grouped = groups.map((group) => group.fragments);
  const root = growRoot(new Map(), grouped, { layer: 0, directories: "first" });
  const layers: Layer[] = [];
  for (const group of groups) layers.push(await composeLayer({ ...group, root }, packing));
  return { layers, fragments: grouped.flat(), root };
}

interface Tools {
  readonly open: OpenDeb;
  readonly packing: Packing;
}

/** The packages' files, without what is to be left out: looked for in their lists, then, where that was not enough, inside them. */
async function packagedFiles(request: PackageRequest, tools: Tools) {
  for (const search of ["lists", "contents"] as const) {
    const files = await withOmissions(request, search, tools);
    const fragments = files.map(({ fragment }) => fragment);
    if (!hasOmitted(fragments, request.omitted)) return files;
  }
  throw new Error("a path was found in a package and could not be left out of it");
}

async function withOmissions(
  { packages, omitted, documentation }: PackageRequest,
  search: OmissionSearch,
  { open, packing }: Tools,
) {
  const inputs = await Promise.all(
    packages.map(async (item): Promise<DebInput> => {
      const omit = await omittedFrom(item, { omitted, search }, { cache: packing.cache, open });
      return { ...item, omit, documentation };
    }),
  );
  const sources = inputs.map((input) => debFragment(input, open));
  const fragments = await loadFragments(sources, packing);
  return fragments.flatMap((fragment, index) => {
    const input = inputs[index];
    if (input === undefined) return [];
    requireListed(input, fragment.package?.control ?? "");
    return [{ input, fragment }];
  });
}
