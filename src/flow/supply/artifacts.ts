import { observed } from "../../archive/bytes.ts";
import { createLimiter } from "../../content/limiter.ts";
import type { LockedArtifact, LockedPlatform } from "../../definition/lock.ts";
import type { DefinitionArtifact } from "../../image/input/artifact-component.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { digestHex, parseDigest } from "../../oci/digest.ts";
import { readImage } from "../../oci/image.ts";
import { layerCompression } from "../../oci/media-type.ts";
import { parsePlatform } from "../../oci/platform.ts";
import { verified } from "../../oci/verify.ts";
import { FlowError } from "../error.ts";
import type { Ports } from "../ports.ts";
import type { OpenCatalog } from "./catalog-artifact.ts";
import { openArtifact } from "./open-artifact.ts";

/** What artifacts need of the world. */
export interface ArtifactPorts extends Pick<Ports, "cache" | "registries" | "offline" | "report" | "signal"> {
  readonly openCatalog: OpenCatalog;
}

/**
 * Locks artifacts, in their order: the platform's own manifest of each, and its
 * layers. Throws as `lockArtifact`.
 */
export async function lockArtifacts(
  artifacts: readonly DefinitionArtifact[],
  context: { readonly platform: LockedPlatform },
  ports: ArtifactPorts,
): Promise<readonly LockedArtifact[]> {
  const locked: LockedArtifact[] = [];
  for (const { name } of artifacts) locked.push(await lockArtifact(name, context, ports));
  return locked;
}

/**
 * Locks one image, such as the one a build stage `uses`. Throws FLOW_UNSUPPORTED_REFERENCE for references that cannot be
 * locked and images that are no file trees, OCI_PLATFORM_ABSENT, FLOW_INPUT_MISSING where nothing may be fetched, and
 * what reading images throws.
 */
export async function lockArtifact(
  reference: string,
  context: { readonly platform: LockedPlatform },
  ports: ArtifactPorts,
): Promise<LockedArtifact> {
  ports.report.step(`reading ${reference}`);
  await using opened = await openArtifact(reference, ports);
  const { manifest, descriptor, config } = await readImage(opened.source, {
    reference: await opened.describe(),
    platform: parsePlatform(context.platform),
    signal: ports.signal,
  });
  const layers = manifest.layers.map(({ digest, size, mediaType }, index) => {
    if (layerCompression(mediaType) === null) throw notFiles(reference, mediaType);
    return { digest, diffId: config.diffIds[index] ?? "", size, mediaType };
  });
  requireRoom(reference, layers);
  return { reference, manifest: descriptor.digest, layers };
}

/** Most bytes of packed layers that one artifact may have. */
const largestArtifact = 2 ** 35;
const layersAtOnce = 3;

/**
 * Brings the layers of locked artifacts into the cache, those that are not there yet, checked by digest and size. Throws
 * FLOW_INPUT_MISSING where nothing may be fetched, OCI_CONTENT_MISMATCH, and what reading images throws.
 */
export async function fetchArtifacts(artifacts: readonly LockedArtifact[], ports: ArtifactPorts): Promise<void> {
  for (const artifact of artifacts) await fetchArtifact(artifact, ports);
}

async function fetchArtifact({ reference, layers }: LockedArtifact, ports: ArtifactPorts): Promise<void> {
  requireRoom(reference, layers);
  const missing = new Map<string, Descriptor>();
  for (const { digest, size, mediaType } of layers) {
    const descriptor = { digest: parseDigest(digest), size, mediaType };
    if ((await ports.cache.path(digestHex(descriptor.digest))) === null) missing.set(digest, descriptor);
  }
  if (missing.size === 0) return;
  ports.report.step(`fetching ${reference}`);
  await using opened = await openArtifact(reference, ports);
  const total = [...missing.values()].reduce((sum, { size }) => sum + size, 0);
  let received = 0;
  const limiter = createLimiter(layersAtOnce);
  const stop = new AbortController();
  const signal = AbortSignal.any([ports.signal, stop.signal]);
  const tasks = [...missing.values()].map(async (descriptor) => {
    await limiter(async () => {
      signal.throwIfAborted();
      const content = verified(await opened.source.fetch(descriptor, signal), descriptor);
      const counted = observed(content, ({ length }) => {
        received += length;
        ports.report.advance(received, total);
      });
      const { size } = descriptor;
      await ports.cache.write(counted, { sha256: digestHex(descriptor.digest), size, name: reference });
    });
  });
  for (const task of tasks) task.catch((cause: unknown) => stop.abort(cause));
  await Promise.allSettled(tasks);
  stop.signal.throwIfAborted();
}

function requireRoom(reference: string, layers: LockedArtifact["layers"]): void {
  const size = layers.reduce((sum, layer) => sum + layer.size, 0);
  if (size <= largestArtifact) return;
  throw new FlowError("FLOW_UNSUPPORTED_REFERENCE", `${reference} has ${size} bytes of layers, more than are taken`, {
    hint: "no ordinary image is this large; name a smaller one",
  });
}

function notFiles(reference: string, mediaType: string): FlowError {
  return new FlowError(
    "FLOW_UNSUPPORTED_REFERENCE",
    `${reference} has a layer of type ${mediaType}, which holds no files`,
    {
      hint: "name a container image",
    },
  );
}
