import { blamingEntries } from "../../cache/blame.ts";
import type { Cache } from "../../cache/cache.ts";
import type { LockedArtifact } from "../../definition/lock.ts";
import { type Component, componentRecord } from "../component.ts";
import { type ImageError, inputMissing } from "../error.ts";
import type { Entry } from "../layer/entry.ts";
import type { FragmentContent, FragmentSource } from "../layer/fragment.ts";
import { isMergedUsrAlias, mergedUsrPath } from "../package/merged-usr.ts";
import {
  type ArtifactReading,
  type ArtifactTree,
  layerSha256,
  readArtifactContents,
  readArtifactTree,
} from "./artifact-tree.ts";
import { blamed } from "./input-limits.ts";
import { createSelection, type SelectionRules } from "./selection.ts";
import { plannedEntries, planTree, type TreePlan } from "./tree-plan.ts";

/** The content of another image, whose layers lie in the cache. */
export interface ArtifactInput extends SelectionRules {
  readonly artifact: Pick<LockedArtifact, "reference" | "layers">;
  /** New owner of everything, 0 too; without it owners stay as they are. */
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /**
   * What it is, recorded inside the image; empty for no record. It owns none of the files, as what others own is not
   * looked into any more by those who catalogue an image.
   */
  readonly components: readonly Component[];
  /** Time of the records, in seconds. */
  readonly mtime: number;
}

const rules = "artifact/2";

/**
 * The fragment of what is chosen of another image's files, as they stand with all its layers applied; modes stay as they
 * are. Nothing has a special place: accounts and records of packages come along where they are chosen. Extended attributes
 * are not taken. Opening it throws IMAGE_INPUT_MISSING, IMAGE_INPUT_INVALID, what archive/ throws for damaged layers,
 * and CACHE_CORRUPT.
 */
export function artifactFragment(input: ArtifactInput, cache: Cache): FragmentSource {
  const { artifact, includes, excludes, uid, gid, components, mtime } = input;
  const layers = artifact.layers.map(({ digest }) => digest);
  const made = { layers, includes, excludes, uid, gid, components, mtime };
  const key = ["artifact", rules, JSON.stringify(made)].join(" ");
  return { key, open: async () => await openArtifact(input, cache) };
}

async function openArtifact(input: ArtifactInput, cache: Cache): Promise<FragmentContent> {
  const { reference, layers } = input.artifact;
  for (const layer of layers) {
    if ((await cache.path(layerSha256(layer))) === null) throw missing(reference, layer.digest);
  }
  const sources = layers.map(layerSha256);
  const reading: ArtifactReading = { what: reference, layers, cache };
  const tree = await blamingEntries(cache, sources, async () => await readArtifactTree(reading));
  const plan = planTree(tree.nodes, {
    what: reference,
    selection: createSelection(input),
    place: (path) => (isMergedUsrAlias(path) ? null : mergedUsrPath(path)),
    attributes: ({ mode, uid, gid }) => ({ mode, uid: input.uid ?? uid, gid: input.gid ?? gid }),
  });
  return { entries: blamed(cache, sources, artifactEntries(input, { reading, tree, plan })) };
}

async function* artifactEntries(
  input: ArtifactInput,
  { reading, tree, plan }: { readonly reading: ArtifactReading; readonly tree: ArtifactTree; readonly plan: TreePlan },
): AsyncGenerator<Entry> {
  const contents = readArtifactContents(reading, { counts: tree.counts, wanted: plan.files });
  yield* plannedEntries(plan, contents, input.artifact.reference);
  for (const component of input.components) yield componentRecord(component, [], input.mtime);
}

function missing(reference: string, digest: string): ImageError {
  return inputMissing(`the layer ${digest} of ${reference}`);
}
