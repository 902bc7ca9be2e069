import { tmpdir } from "node:os";
import { writeArchive } from "../../content/archive-write.ts";
import { copy } from "../../content/copy.ts";
import { writeLayout } from "../../content/layout.ts";
import { findEngine } from "../../engine/engine.ts";
import { execProgram } from "../../engine/exec.ts";
import { loadImage } from "../../engine/image.ts";
import type { Target } from "../../oci/graph.ts";
import { parseLocator } from "../../oci/locator.ts";
import { formatPlatform, matchPlatform, type Platform } from "../../oci/platform.ts";
import { formatReference, parseReference, shortReference } from "../../oci/reference.ts";
import { openRepository } from "../../remote/repository.ts";
import type { Built } from "../build.ts";
import { FlowError } from "../error.ts";
import type { Ports } from "../ports.ts";
import { hardenedReference, type Written } from "./build-report.ts";

/** A place to write to, as the command line gives it, and the namespace of the image's name. */
export interface OutputRequest {
  readonly output: string;
  readonly organisation: string;
}

/** Writes a built image to a layout, an archive, the local engine or a registry. */
export async function writeImage(built: Built, request: OutputRequest, ports: Ports): Promise<Written> {
  const locator = parseLocator(request.output);
  const name = hardenedReference(built, request.organisation);
  const tag = name.slice(name.lastIndexOf(":") + 1);
  const all = built.index.images.map((image) => formatPlatform(image.platform));
  ports.report.step(`writing ${request.output}`);
  switch (locator.kind) {
    case "oci-dir":
      await writeLayout(
        locator.path,
        async (layout) => await copyAll(built, { target: layout, names: [locator.reference ?? tag] }, ports),
      );
      return { reference: request.output, platforms: all, note: null };
    case "registry": {
      const { reference } = locator;
      const repository = openRepository(reference, ports.registries);
      await copyAll(built, { target: repository, names: [reference.tag ?? tag] }, ports);
      return { reference: `registry://${formatReference(reference)}`, platforms: all, note: null };
    }
    case "archive": {
      const { platform, note } = onePlatform(built, ports);
      const full = locator.reference ?? shortReference(parseReference(name));
      await writeArchive(
        locator.path,
        async (target) => await copyOne(built, { target, names: [full], platform }, ports),
      );
      return { reference: request.output, platforms: [formatPlatform(platform)], note };
    }
    case "local": {
      const { platform, note } = onePlatform(built, ports);
      const engine = await findEngine(execProgram, { signal: ports.signal });
      const full = formatReference(locator.reference);
      const options = { temporaryDirectory: tmpdir(), signal: ports.signal };
      await loadImage(
        engine,
        async (target) => await copyOne(built, { target, names: [full], platform }, ports),
        options,
      );
      return { reference: `local://${shortReference(locator.reference)}`, platforms: [formatPlatform(platform)], note };
    }
    default:
      throw new FlowError("FLOW_UNSUPPORTED_REFERENCE", `an image cannot be written to ${request.output}`, {
        hint: "write to oci-dir://DIR, archive://FILE, local://NAME:TAG or registry://REFERENCE",
      });
  }
}

interface Copying {
  readonly target: Target;
  readonly names: readonly string[];
}

async function copyAll(built: Built, { target, names }: Copying, ports: Ports): Promise<void> {
  const reference = built.index.index.descriptor;
  await copy(built.source, target, { reference, targetReferences: names, signal: ports.signal });
}

async function copyOne(built: Built, copying: Copying & { readonly platform: Platform }, ports: Ports): Promise<void> {
  const { target, names, platform } = copying;
  const reference = built.index.index.descriptor;
  await copy(built.source, target, { reference, platform, targetReferences: names, signal: ports.signal });
}

/** Archives and engines hold one platform: the host's where it was built, else the only one there is. */
function onePlatform(built: Built, ports: Ports): { readonly platform: Platform; readonly note: string | null } {
  const platforms = built.index.images.map((image) => image.platform);
  const only = platforms.length === 1 ? platforms[0] : undefined;
  if (only !== undefined) return { platform: only, note: null };
  const host = platforms.find((platform) => matchPlatform(ports.hostPlatform, platform));
  if (host !== undefined) return { platform: host, note: `only ${formatPlatform(host)}: it holds one platform` };
  throw new FlowError("FLOW_PLATFORM_UNSUPPORTED", "the image is not built for this machine's platform", {
    hint: "choose one with --platform",
  });
}
