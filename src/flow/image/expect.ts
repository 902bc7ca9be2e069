import { type Difference, firstDifference } from "../../facts/difference.ts";
import { builtSource } from "../../image/built.ts";
import { knownIndex } from "../../image/image-record.ts";
import { isDigest } from "../../oci/digest.ts";
import { OciError } from "../../oci/error.ts";
import { formatPlatform, type Platform } from "../../oci/platform.ts";
import type { Built } from "../build.ts";
import type { Ports } from "../ports.ts";
import { openReference } from "../reference.ts";

/** Whether a build gave what it was expected to give. */
export type Expectation =
  | { readonly verdict: "met"; readonly digest: string }
  | {
      readonly verdict: "differs";
      readonly expected: string;
      readonly found: string;
      /** null where the expected image is not at hand, or every platform that both have is the same. */
      readonly difference: (Difference & { readonly platform: string }) | null;
      /** Whether the expected image could be read to compare with. */
      readonly compared: boolean;
    };

/**
 * Compares a built image with the one that was expected: a digest, of the index or of one platform's manifest, or a
 * reference to an image that can be read. For a digest alone the difference is found where that image was built before.
 */
export async function checkExpectation(built: Built, expected: string, ports: Ports): Promise<Expectation> {
  const digests = [built.index.index, ...built.index.images.map((image) => image.manifest)].map(
    (document) => document.descriptor.digest,
  );
  const found = built.index.index.descriptor.digest;
  if (isDigest(expected)) {
    if (digests.includes(expected)) return { verdict: "met", digest: expected };
    const known = await knownIndex(expected, ports.cache);
    if (known === null) return { verdict: "differs", expected, found, difference: null, compared: false };
    const other = { source: builtSource(known, ports.cache), descriptor: known.index.descriptor };
    const one = known.images.find(({ manifest }) => manifest.descriptor.digest === expected);
    const difference = await compare(built, other, { ports, platforms: one === undefined ? null : [one.platform] });
    return { verdict: "differs", expected, found, difference, compared: true };
  }
  await using other = await openReference(expected, { platform: null }, ports);
  const { digest } = other.descriptor;
  if (digests.includes(digest)) return { verdict: "met", digest };
  return {
    verdict: "differs",
    expected: digest,
    found,
    difference: await compare(built, other, { ports, platforms: null }),
    compared: true,
  };
}

/** Where the images of `platforms` first differ, of all that were built where that is null. */
async function compare(
  built: Built,
  other: Parameters<typeof firstDifference>[0],
  { ports, platforms }: { readonly ports: Ports; readonly platforms: readonly Platform[] | null },
) {
  const descriptor = built.index.index.descriptor;
  const wanted = platforms?.map(formatPlatform);
  for (const { platform } of built.index.images) {
    if (wanted !== undefined && !wanted.includes(formatPlatform(platform))) continue;
    const options = { platform, signal: ports.signal };
    const difference = await firstDifference(other, { source: built.source, descriptor }, options).catch(whereAbsent);
    if (difference !== null) return { ...difference, platform: formatPlatform(platform) };
  }
  return null;
}

/** null for a platform that the expected image does not have; throws anything else. */
function whereAbsent(cause: unknown): null {
  if (cause instanceof OciError && cause.code === "OCI_PLATFORM_ABSENT") return null;
  throw cause;
}
