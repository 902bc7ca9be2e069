import { CodedError } from "../../error.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestHex } from "../../oci/digest.ts";
import type { Source } from "../../oci/graph.ts";
import { invalidDocument } from "../../oci/json.ts";

/** What a tag beside an image holds for it: cosign keeps signatures, attestations and bills of materials so. */
export interface AttachedTag {
  readonly descriptor: Descriptor;
  readonly subject: Digest;
  readonly tag: string;
}

const kinds = ["sig", "att", "sbom"];
const maximumTags = 10_000;

/** Whether `tag` is one by which cosign attaches something to another image. */
export function isAttachedTag(tag: string): boolean {
  return /^sha256-[a-f0-9]{64}\.(?:sig|att|sbom)$/.test(tag);
}

/**
 * What `source` has under cosign's tags for the manifests and indices `subjects`, and for what it has there in turn:
 * `sha256-HEX.sig`, `.att` and `.sbom`, with the subject's digest as HEX. Throws OCI_DOCUMENT_INVALID for more than 10 000.
 */
export async function* attachedTags(
  source: Pick<Source, "resolve">,
  subjects: readonly Descriptor[],
  signal: AbortSignal,
): AsyncGenerator<AttachedTag, void, undefined> {
  const waiting = subjects.map(({ digest }) => digest);
  const asked = new Set<Digest>();
  let count = 0;
  for (const subject of waiting) {
    if (asked.has(subject)) continue;
    asked.add(subject);
    signal.throwIfAborted();
    for (const found of await attachedTo(source, subject)) {
      count += 1;
      if (count > maximumTags) throw invalidDocument(`more than ${maximumTags} tags are attached to the image`);
      yield found;
      waiting.push(found.descriptor.digest);
    }
  }
}

async function attachedTo(source: Pick<Source, "resolve">, subject: Digest): Promise<readonly AttachedTag[]> {
  const tags = kinds.map((kind) => `sha256-${digestHex(subject)}.${kind}`);
  const found = await Promise.all(tags.map(async (tag) => ({ tag, descriptor: await resolveIfThere(source, tag) })));
  return found.flatMap(({ tag, descriptor }) => (descriptor === null ? [] : [{ descriptor, subject, tag }]));
}

async function resolveIfThere(source: Pick<Source, "resolve">, tag: string): Promise<Descriptor | null> {
  try {
    return await source.resolve(tag);
  } catch (cause) {
    if (cause instanceof CodedError && cause.code.endsWith("_NOT_FOUND")) return null;
    throw cause;
  }
}
