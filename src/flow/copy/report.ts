import type { Inventory } from "../../content/inventory.ts";
import { isIndex } from "../../oci/media-type.ts";
import { formatPlatform } from "../../oci/platform.ts";
import type { OpenedReference } from "../reference.ts";
import { type OpenedTarget, tagsAmong } from "../target.ts";
import type { Part } from "./part.ts";
import type { Tally } from "./tally.ts";

/** The JSON of `hardpan copy`. Sizes are bytes as they are stored. */
export interface CopyReport {
  readonly schema: "hardpan/copy/1";
  readonly source: string;
  readonly target: string;
  /** Of what the target was given: an index, or one manifest. */
  readonly digest: string;
  readonly platforms: readonly {
    /** null for what is no container image. */
    readonly platform: string | null;
    readonly digest: string;
    readonly size: number;
  }[];
  /** Tags it has in the target. */
  readonly tags: readonly string[];
  /** What refers to it in the target now; null where that was not asked for. */
  readonly referrers: readonly CopiedReferrer[] | null;
  /** `existing` was in the target already. What lies below a referrer that was there is not counted. */
  readonly bytes: { readonly copied: number; readonly existing: number };
  /** What a reader must know, in sentences. */
  readonly notes: readonly string[];
}

/** A referrer that was copied. */
export interface CopiedReferrer {
  readonly digest: string;
  readonly subject: string;
  readonly artifactType: string | null;
}

/** All that is known of a copy that is done. */
export interface CopyDone {
  readonly source: OpenedReference;
  readonly target: OpenedTarget;
  readonly part: Part;
  readonly inventory: Inventory;
  readonly names: readonly string[];
  readonly tally: Tally;
  readonly withReferrers: boolean;
}

/** What was copied, as data. */
export function describeCopy(done: CopyDone): CopyReport {
  const { source, target, part, inventory, names, tally, withReferrers } = done;
  const referrers = [...tally.referrers, ...tally.attached].map(({ descriptor, subject }) => ({
    digest: descriptor.digest,
    subject,
    artifactType: descriptor.artifactType ?? null,
  }));
  return {
    schema: "hardpan/copy/1",
    source: source.reference,
    target: target.reference,
    digest: part.root.digest,
    platforms: inventory.images.map(({ platform, digest, size }) => ({
      platform: platform === null ? null : formatPlatform(platform),
      digest,
      size,
    })),
    tags: tagsAmong(names),
    referrers: withReferrers ? referrers : null,
    bytes: tally.bytes(),
    notes: [...source.notes, ...notesOf(done)],
  };
}

function notesOf({ source, target, part, inventory, names, tally, withReferrers }: CopyDone): readonly string[] {
  const notes: string[] = [];
  const { image, root } = part;
  if (image !== null && isIndex(source.descriptor.mediaType)) {
    const which = `only ${formatPlatform(image.config.platform)}, ${root.digest}, of the index ${source.descriptor.digest}`;
    notes.push(target.single ? `${which}: ${holder(target)} holds one platform` : which);
  }
  if (target.kind === "local") {
    notes.push(
      `an engine knows the image by its configuration, ${image?.manifest.config.digest}; its push makes another manifest`,
    );
  }
  if (target.single && tagsAmong(names).length === names.length && names.every((name) => !name.includes("/"))) {
    notes.push(
      `the image has no full name in ${target.reference}: docker load gives it none; #NAME:TAG at the end does`,
    );
  }
  if (inventory.unpacked && /^(local|archive):/.test(source.reference)) {
    notes.push(
      `its layers are not compressed in ${source.reference}: a digest it had elsewhere with packed layers is another`,
    );
  }
  if (withReferrers && target.single)
    notes.push(`what refers to the image stays: ${holder(target)} has no place for it`);
  else if (withReferrers && source.source.referrers === undefined) notes.push(`${source.reference} keeps no referrers`);
  if (tally.attached.length > 0) {
    notes.push(`copied under the tags that cosign gave them: ${tally.attached.map(({ tag }) => tag).join(", ")}`);
  }
  for (const { descriptor, subject, reason } of tally.leftOut) {
    notes.push(`left out ${descriptor.digest}, which is listed as a referrer of ${subject}: ${reason}`);
  }
  return notes;
}

function holder(target: OpenedTarget): string {
  return target.kind === "archive" ? "an archive" : "an engine";
}
