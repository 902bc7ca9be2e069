import { tmpdir } from "node:os";
import { openArchive } from "../content/archive-read.ts";
import { openLayout } from "../content/layout.ts";
import { findEngine } from "../engine/engine.ts";
import { EngineError } from "../engine/error.ts";
import { execProgram } from "../engine/exec.ts";
import { saveImage } from "../engine/image.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Source } from "../oci/graph.ts";
import { parseLocator } from "../oci/locator.ts";
import { type Platform, parsePlatform } from "../oci/platform.ts";
import { formatReference, type ImageReference, shortReference } from "../oci/reference.ts";
import { openRepository } from "../remote/repository.ts";
import { type Built, buildFromCatalog } from "./build.ts";
import { FlowError } from "./error.ts";
import type { Ports } from "./ports.ts";

/** An image ready to be read, wherever it is. */
export interface OpenedReference extends AsyncDisposable {
  /** As reports show it. */
  readonly reference: string;
  readonly source: Source;
  readonly descriptor: Descriptor;
  readonly platform: Platform | null;
  /** What a reader must know of it. */
  readonly notes: readonly string[];
  /** Set for images built here. */
  readonly built: Built | null;
}

/** Opens what a reference stands for; images of the catalogue are built when needed. `platform` null means the host's. */
export async function openReference(
  text: string,
  options: { readonly platform: string | null },
  ports: Ports,
): Promise<OpenedReference> {
  const locator = parseLocator(text);
  const platform = options.platform === null ? ports.hostPlatform : parsePlatform(options.platform);
  switch (locator.kind) {
    case "catalog":
    case "baseline": {
      const kind = locator.kind === "catalog" ? "image" : "baseline";
      const name = `${locator.name}${locator.tag === null ? "" : `:${locator.tag}`}`;
      const platforms = [`${platform.os}/${platform.architecture}`];
      const built = await buildFromCatalog({ kind, name, platforms, locked: null }, ports);
      return { ...plain(text, built.source, built.index.index.descriptor), platform, built, notes: notesOf(built) };
    }
    case "oci-dir": {
      const layout = await openLayout(locator.path);
      return { ...plain(text, layout, await layout.choose(locator.reference)), platform };
    }
    case "archive": {
      const archive = await openArchive(locator.path);
      const opened = plain(text, archive, await archive.choose(locator.reference));
      return {
        ...opened,
        platform: options.platform === null ? null : platform,
        [Symbol.asyncDispose]: async () => await archive.close(),
      };
    }
    case "local":
      return { ...(await openLocal(locator.reference, ports)), platform: options.platform === null ? null : platform };
    case "registry":
      return { ...(await openRemote(locator.reference, ports)), platform };
    case "image":
      return await openAnywhere(locator.reference, { platform, named: options.platform !== null }, ports);
    default:
      throw new FlowError("FLOW_UNSUPPORTED_REFERENCE", `${text} cannot be read as an image yet`, {
        hint: "use catalog://, baseline://, oci-dir://, archive://, local:// or registry://",
      });
  }
}

/** Docker's rule for a bare name: what the local engine has, else the registry. */
async function openAnywhere(
  reference: ImageReference,
  { platform, named }: { readonly platform: Platform; readonly named: boolean },
  ports: Ports,
): Promise<OpenedReference> {
  try {
    return { ...(await openLocal(reference, ports)), platform: named ? platform : null };
  } catch (cause) {
    if (!(cause instanceof EngineError) || cause.code === "ENGINE_FAILED") throw cause;
    return { ...(await openRemote(reference, ports)), platform };
  }
}

async function openLocal(reference: ImageReference, ports: Ports): Promise<OpenedReference> {
  const engine = await findEngine(execProgram, { signal: ports.signal });
  const name = shortReference(reference);
  ports.report.step(`reading ${name} from ${engine.kind}`);
  const archive = await saveImage(engine, name, { temporaryDirectory: tmpdir(), signal: ports.signal });
  const opened = plain(`local://${name}`, archive, await archive.choose(null));
  return { ...opened, [Symbol.asyncDispose]: async () => await archive.close() };
}

async function openRemote(reference: ImageReference, ports: Ports): Promise<OpenedReference> {
  const repository = openRepository(reference, ports.registries);
  ports.report.step(`reading ${formatReference(reference)}`);
  const descriptor = await repository.resolve(reference.digest ?? reference.tag ?? "latest");
  return plain(`registry://${formatReference(reference)}`, repository, descriptor);
}

function plain(reference: string, source: Source, descriptor: Descriptor): OpenedReference {
  return {
    reference,
    source,
    descriptor,
    platform: null,
    notes: [],
    built: null,
    [Symbol.asyncDispose]: async () => {},
  };
}

/** A reconstruction is named as one everywhere, with the day of the archive it was made from. */
function notesOf(built: Built): readonly string[] {
  const original = built.annotations["io.hardpan.reconstruction-of"];
  return original === undefined ? built.origins : [`reconstruction of ${original}, ${archiveDate(built)}`];
}

/** ISO date of the newest suite an image was resolved against. */
export function archiveDate(built: Built): string {
  return (
    built.lock.releases
      .map(({ date }) => date)
      .sort()
      .at(-1)
      ?.slice(0, 10) ?? "date unknown"
  );
}
