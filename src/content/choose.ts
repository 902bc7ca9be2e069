import type { Descriptor } from "../oci/descriptor.ts";
import { isDigest } from "../oci/digest.ts";
import type { Source } from "../oci/graph.ts";
import { formatReference, isTag, parseReference } from "../oci/reference.ts";
import { ContentError } from "./error.ts";

/** An image of a layout or archive with the names it has there: full references or bare tags; none when it is unnamed. */
export interface NamedImage {
  readonly descriptor: Descriptor;
  readonly names: readonly string[];
}

/** A source that knows all it has. `resolve` takes the same references as `choose`. */
export interface NamedSource extends Source {
  /** All but the referrers that have no name of their own. */
  images(): Promise<readonly NamedImage[]>;
  /**
   * The image that `reference` means: a digest, a name, or a tag that only one image has. null means the only image.
   * Throws CONTENT_NOT_FOUND or CONTENT_AMBIGUOUS, with the names there are.
   */
  choose(reference: string | null): Promise<Descriptor>;
}

/** Implements `NamedSource.choose` over `images`; `where` is the path, for messages. */
export function chooseImage(images: readonly NamedImage[], reference: string | null, where: string): Descriptor {
  const found = distinct(reference === null ? images : matching(images, reference));
  const [first] = found;
  if (first === undefined) {
    const wanted = reference === null ? "no image" : `no image ${JSON.stringify(reference)}`;
    throw new ContentError("CONTENT_NOT_FOUND", `there is ${wanted} in ${where}`, {
      hint: images.length === 0 ? "it is empty" : `it has ${list(images)}`,
    });
  }
  if (found.length > 1) {
    const what = reference === null ? "several images" : `several images that ${JSON.stringify(reference)} could mean`;
    throw new ContentError("CONTENT_AMBIGUOUS", `there are ${what} in ${where}`, {
      hint: `choose one of ${list(found)}`,
    });
  }
  return first.descriptor;
}

/** The images `reference` means, by the strictest reading that finds any: digest, exact name, same name in full, tag. */
function matching(images: readonly NamedImage[], reference: string): readonly NamedImage[] {
  if (isDigest(reference)) return images.filter((image) => image.descriptor.digest === reference);
  const full = fullName(reference);
  const readings: readonly ((name: string) => boolean)[] = [
    (name) => name === reference,
    (name) => full !== null && fullName(name) === full,
    (name) => isTag(reference) && tagOf(name) === reference,
  ];
  for (const reads of readings) {
    const found = images.filter((image) => image.names.some(reads));
    if (found.length > 0) return found;
  }
  return [];
}

function distinct(images: readonly NamedImage[]): readonly NamedImage[] {
  return [...new Map(images.map((image) => [image.descriptor.digest, image])).values()];
}

function fullName(name: string): string | null {
  try {
    return formatReference(parseReference(name));
  } catch {
    return null;
  }
}

function tagOf(name: string): string {
  return name.slice(Math.max(name.lastIndexOf(":"), name.lastIndexOf("/")) + 1);
}

function list(images: readonly NamedImage[]): string {
  const names = images.flatMap((image) => (image.names.length > 0 ? image.names : [image.descriptor.digest]));
  const shown = [...new Set(names)].slice(0, 20).join(", ");
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}
