import { randomBytes } from "node:crypto";
import type { SubjectImage } from "../../check/run/subject.ts";
import { copy } from "../../content/copy.ts";
import { createLimiter } from "../../content/limiter.ts";
import type { Engine } from "../../engine/engine.ts";
import { EngineError } from "../../engine/error.ts";
import { imageAbsent, inspectImage, loadImage, tagImage, untagImage } from "../../engine/image.ts";
import type { Target } from "../../oci/graph.ts";
import { type Image, readImage } from "../../oci/image.ts";
import { parseLocator } from "../../oci/locator.ts";
import { formatPlatform, matchPlatform, parsePlatform } from "../../oci/platform.ts";
import { formatReference, type ImageReference, shortReference } from "../../oci/reference.ts";
import { FlowError } from "../error.ts";
import type { Ports } from "../ports.ts";
import { type OpenedReference, openReference } from "../reference.ts";

/** An image that the engine has for as long as this is not closed. */
export interface HeldImage extends SubjectImage, AsyncDisposable {
  /** Of the platform's manifest; null where the engine does not know it. */
  readonly digest: string | null;
  readonly platform: string;
}

/** Gets images into an engine, and removes what it has put there. */
export interface EngineImages {
  /** The image of a reference. Throws the errors of where it is, and ENGINE_FAILED. */
  hold(reference: string, choice: HeldChoice): Promise<HeldImage>;
}

/** Which image of a reference is meant. */
export interface HeldChoice {
  /** null means this machine's. */
  readonly platform: string | null;
  /** Whether another tag of the catalogue's definition does, where the one that is named is not true now. */
  readonly anyTag: boolean;
}

/** Images in `engine`, loaded one after the other, each once at a time. */
export function engineImages(engine: Engine, ports: Ports): EngineImages {
  const run = randomBytes(4).toString("hex");
  const users = new Map<string, number>();
  const oneAtATime = createLimiter(1);
  const { signal, temporaryDirectory } = ports;
  const load = async (opened: OpenedReference, image: Image, name: string) => {
    ports.report.step(`loading ${opened.reference} into ${engine.kind}`);
    const fill = async (target: Target) =>
      await copy(opened.source, target, { reference: image.descriptor, targetReferences: [name], signal });
    try {
      await loadImage(engine, fill, { temporaryDirectory, signal });
    } catch (cause) {
      // What was interrupted may have been loaded all the same.
      await untagImage(engine, name);
      throw cause;
    }
  };
  const bring = async (opened: OpenedReference, image: Image, name: string) => {
    const id = image.manifest.config.digest;
    const isThere = (await inspectImage(engine, id, signal)) !== null && (await tagIfThere(engine, id, name));
    if (!isThere) await load(opened, image, name);
  };
  const holdOpened = async (text: string, choice: HeldChoice): Promise<HeldImage> => {
    await using opened = await openReference(text, choice, ports);
    const image = await readImage(opened.source, {
      reference: opened.descriptor,
      signal,
      ...opened.choice,
    });
    const name = temporaryName(text, image.descriptor.digest, run);
    await oneAtATime(async () => {
      const count = users.get(name) ?? 0;
      if (count === 0) await bring(opened, image, name);
      users.set(name, count + 1);
    });
    return {
      name,
      reference: text,
      labels: image.config.container.labels,
      stopSignal: image.config.container.stopSignal ?? null,
      digest: image.descriptor.digest,
      platform: formatPlatform(image.config.platform),
      async [Symbol.asyncDispose]() {
        await oneAtATime(async () => {
          const count = (users.get(name) ?? 1) - 1;
          users.set(name, count);
          if (count === 0) await untagImage(engine, name);
        });
      },
    };
  };
  return {
    async hold(reference, choice) {
      const locator = parseLocator(reference);
      if (locator.kind !== "local" && locator.kind !== "image") return await holdOpened(reference, choice);
      const found = await ofEngine(locator.reference, { platform: choice.platform, engine, signal });
      if (found !== null) return found;
      if (locator.kind === "image") {
        return await holdOpened(`registry://${formatReference(locator.reference)}`, choice);
      }
      throw imageAbsent(engine, shortReference(locator.reference));
    },
  };
}

/** Gives an image of the engine a name; false where somebody has removed it meanwhile. */
async function tagIfThere(engine: Engine, id: string, name: string): Promise<boolean> {
  try {
    await tagImage(engine, id, name);
    return true;
  } catch (cause) {
    if (cause instanceof EngineError) return false;
    throw cause;
  }
}

/** A name that says whose the image is. */
function temporaryName(reference: string, digest: string, run: string): string {
  const words = reference
    .replace(/^[a-z-]+:\/\//, "")
    .replace(/@.*$/, "")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  return `localhost/hardpan-check/${words.join("-").slice(-100) || "image"}:${run}-${digest.slice(7, 19)}`;
}

async function ofEngine(
  image: ImageReference,
  {
    platform,
    engine,
    signal,
  }: { readonly platform: string | null; readonly engine: Engine; readonly signal: AbortSignal },
): Promise<HeldImage | null> {
  const name = shortReference(image);
  const found = await inspectImage(engine, name, signal);
  if (found === null) return null;
  if (platform !== null && !matchPlatform(parsePlatform(platform), found.platform)) {
    throw new FlowError(
      "FLOW_PLATFORM_UNSUPPORTED",
      `${engine.command} has ${name} for ${formatPlatform(found.platform)}, not for ${platform}`,
      { hint: "load it for that platform, or leave out --platform" },
    );
  }
  return {
    name,
    reference: `local://${name}`,
    labels: found.labels,
    stopSignal: found.stopSignal,
    digest: /@(sha256:[0-9a-f]{64})$/.exec(found.digests[0] ?? "")?.[1] ?? null,
    platform: formatPlatform(found.platform),
    [Symbol.asyncDispose]: async () => {},
  };
}
