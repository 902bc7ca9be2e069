import { copy } from "../content/copy.ts";
import { takeInventory } from "../content/inventory.ts";
import { parseLocator } from "../oci/locator.ts";
import type { ImageReference } from "../oci/reference.ts";
import { choosePart } from "./copy/part.ts";
import { type CopyReport, describeCopy } from "./copy/report.ts";
import { createTally } from "./copy/tally.ts";
import type { Ports } from "./ports.ts";
import { openReference } from "./reference.ts";
import { openTarget, requireDigest, tagsAmong } from "./target.ts";

/** What to copy where. */
export interface CopyRequest {
  readonly source: string;
  readonly target: string;
  /** null means all, as far as the target can hold them. */
  readonly platform: string | null;
  /** Whether what refers to the image is copied too, also what cosign has put under tags of its own. */
  readonly referrers: boolean;
}

/**
 * Copies an image from anywhere to a registry, layout, archive or the local engine, digests kept. What the target has is
 * not sent again. A target that gives no tag gets those the image has in the source. Throws FLOW_UNSUPPORTED_REFERENCE,
 * FLOW_PLATFORM_UNSUPPORTED, FLOW_DIGEST_DIFFERS, and the errors of source and target.
 */
export async function copyReference(request: CopyRequest, ports: Ports): Promise<CopyReport> {
  const target = openTarget(request.target, ports);
  await using source = await openReference(request.source, { platform: request.platform, all: true }, ports);
  const part = await choosePart({ source, target, platform: request.platform }, ports);
  const { root } = part;
  requireDigest(target, { digest: root.digest, from: source.reference });
  const inventory = await takeInventory(source.source, root, ports.signal);
  const tally = createTally(inventory.sizes, ports.report);
  const withReferrers = request.referrers && !target.single;
  const names = target.names ?? (target.single ? source.names.slice(0, 1) : tagsAmong(source.names));

  ports.report.step(`copying ${source.reference} to ${target.reference}`);
  await target.write(
    async (place) =>
      await copy(source.source, place, {
        reference: root,
        targetReferences: names,
        referrers: withReferrers,
        attachedTags: withReferrers && keepsTags(source.reference),
        signal: ports.signal,
        progress: tally.take,
      }),
    { from: registryOf(source.reference) },
  );
  return describeCopy({ source, target, part, inventory, names, tally, withReferrers: request.referrers });
}

function registryOf(reference: string): ImageReference | null {
  const locator = parseLocator(reference);
  return locator.kind === "registry" ? locator.reference : null;
}

/** Whether what refers to an image may stand under tags beside it: a registry has them, and a layout. */
function keepsTags(reference: string): boolean {
  const { kind } = parseLocator(reference);
  return kind === "registry" || kind === "oci-dir";
}
