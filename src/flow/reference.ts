import type { NamedSource } from "../content/choose.ts";
import { openLayout } from "../content/layout.ts";
import { findEngine } from "../engine/engine.ts";
import { EngineError } from "../engine/error.ts";
import { execProgram } from "../engine/exec.ts";
import { saveImage } from "../engine/image.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { isDigest } from "../oci/digest.ts";
import type { Source } from "../oci/graph.ts";
import { parseLocator } from "../oci/locator.ts";
import { type Platform, parsePlatform } from "../oci/platform.ts";
import { formatReference, type ImageReference, isTag, shortReference } from "../oci/reference.ts";
import { openRepository } from "../remote/repository.ts";
import type { Built } from "./build.ts";
import { FlowError } from "./error.ts";
import type { Ports } from "./ports.ts";
import { openAnyArchive } from "./reference/archive.ts";
import { chosenWithin } from "./reference/within.ts";

/** An image ready to be read, wherever it is. */
export interface OpenedReference extends AsyncDisposable {
  /** As reports show it. */
  readonly reference: string;
  readonly source: Source;
  readonly descriptor: Descriptor;
  /** Which image of an index is meant: the platform asked for, or the host's where there are several. */
  readonly choice: PlatformChoice;
  /** What a reader must know of it. */
  readonly notes: readonly string[];
  /** Names the image has where it is, full ones or bare tags, as far as they are known; the one asked for first. */
  readonly names: readonly string[];
  /** Those of them that somebody else than the image says: the user, the registry or engine it is in, the catalogue. */
  readonly givenNames: readonly string[];
  /** Set for images built here. */
  readonly built: Built | null;
}

/** A platform that an image must be for, or one that is preferred to others. */
export interface PlatformChoice {
  readonly platform?: Platform;
  readonly preferred?: Platform;
}

/** How to open a reference. */
export interface OpenOptions {
  /** null means the host's, where there are several. */
  readonly platform: string | null;
  /** Chooses within a layout or archive, as text after a `#` does. */
  readonly within?: string | null;
  /** Builds images of the catalogue for all their platforms, where no platform is chosen. */
  readonly all?: boolean;
  /** Takes another tag of the catalogue's definition where the one that is named is not true now. */
  readonly anyTag?: boolean;
}

/**
 * Opens what a reference stands for; images of the catalogue are built when needed. Throws FLOW_UNSUPPORTED_REFERENCE for
 * what is no image, and the errors of where it is.
 */
export async function openReference(text: string, options: OpenOptions, ports: Ports): Promise<OpenedReference> {
  const locator = chosenWithin(parseLocator(text), options.within ?? null, text);
  const platform = options.platform === null ? ports.hostPlatform : parsePlatform(options.platform);
  const choice = options.platform === null ? { preferred: platform } : { platform };
  switch (locator.kind) {
    case "catalog":
    case "baseline": {
      // What builds images is much to load for those that are only read.
      const { buildNamed } = await import("./reference/built.ts");
      const isWhole = options.all === true && options.platform === null;
      const { built, notes, names } = await buildNamed(
        locator,
        { platform: isWhole ? null : platform, anyTag: options.anyTag === true },
        ports,
      );
      const opened = plain(text, built.source, built.index.index.descriptor);
      return { ...opened, choice: { platform }, built, notes, ...given(names) };
    }
    case "oci-dir": {
      const layout = await openLayout(locator.path);
      return { ...(await openNamed(text, layout, locator.reference)), choice };
    }
    case "archive": {
      const archive = await openAnyArchive(locator.path, ports);
      const close = async () => await archive.close();
      try {
        return { ...(await openNamed(text, archive, locator.reference)), choice, [Symbol.asyncDispose]: close };
      } catch (cause) {
        await close();
        throw cause;
      }
    }
    case "local":
      return { ...(await openLocal(locator.reference, ports)), choice };
    case "registry":
      return { ...(await openRemote(locator.reference, ports)), choice };
    case "image":
      return { ...(await openAnywhere(locator.reference, ports)), choice };
    case "fs":
    case "sbom":
      throw new FlowError("FLOW_UNSUPPORTED_REFERENCE", `an image is needed here, and ${text} is none`, {
        hint: "hardpan sbom reads it; here use catalog://, baseline://, oci-dir://, archive://, local:// or registry://",
      });
  }
}

/** Docker's rule for a bare name: what the local engine has, else the registry. */
async function openAnywhere(reference: ImageReference, ports: Ports): Promise<OpenedReference> {
  try {
    return await openLocal(reference, ports);
  } catch (cause) {
    if (!(cause instanceof EngineError) || cause.code === "ENGINE_FAILED") throw cause;
    return await openRemote(reference, ports);
  }
}

/** An image of a layout or archive. */
async function openNamed(text: string, source: NamedSource, reference: string | null): Promise<OpenedReference> {
  const descriptor = await source.choose(reference);
  const names = await namesIn(source, descriptor, reference);
  // A bare tag chooses among what lies there; what it is a tag of only that says.
  const isName = reference !== null && !isDigest(reference) && !isTag(reference);
  return { ...plain(text, source, descriptor), names, givenNames: isName ? [reference] : [] };
}

async function openLocal(reference: ImageReference, ports: Ports): Promise<OpenedReference> {
  const engine = await findEngine(execProgram, { signal: ports.signal });
  const name = shortReference(reference);
  ports.report.step(`reading ${name} from ${engine.kind}`);
  const archive = await saveImage(engine, name, { temporaryDirectory: ports.temporaryDirectory, signal: ports.signal });
  const close = async () => await archive.close();
  try {
    const opened = plain(`local://${name}`, archive, await archive.choose(null));
    return { ...opened, ...given(reference.tag === null ? [] : [name]), [Symbol.asyncDispose]: close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

async function openRemote(reference: ImageReference, ports: Ports): Promise<OpenedReference> {
  const repository = openRepository(reference, ports.registries);
  ports.report.step(`reading ${formatReference(reference)}`);
  const descriptor = await repository.resolve(reference.digest ?? reference.tag ?? "latest");
  const opened = plain(`registry://${formatReference(reference)}`, repository, descriptor);
  return { ...opened, ...given(reference.tag === null ? [] : [formatReference({ ...reference, digest: null })]) };
}

function given(names: readonly string[]): Pick<OpenedReference, "names" | "givenNames"> {
  return { names, givenNames: names };
}

function plain(reference: string, source: Source, descriptor: Descriptor): OpenedReference {
  return {
    reference,
    source,
    descriptor,
    choice: {},
    notes: [],
    ...given([]),
    built: null,
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Names of `descriptor` in a layout or archive: those that `reference` means, or all. */
async function namesIn(
  source: NamedSource,
  descriptor: Descriptor,
  reference: string | null,
): Promise<readonly string[]> {
  const images = await source.images();
  const names = images.filter((image) => image.descriptor.digest === descriptor.digest).flatMap((image) => image.names);
  if (reference === null || isDigest(reference)) return names;
  const meant = names.filter((name) => name === reference || name.endsWith(`:${reference}`));
  return meant.length === 0 ? [reference] : meant;
}
