import { openArchive } from "../../content/archive-read.ts";
import { openLayout } from "../../content/layout.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Source } from "../../oci/graph.ts";
import { formatLocator, parseLocator } from "../../oci/locator.ts";
import { openRepository } from "../../remote/repository.ts";
import { FlowError, nothingFetched } from "../error.ts";
import type { Ports } from "../ports.ts";
import type { OpenCatalog } from "./catalog-artifact.ts";

/** An image ready to be read. */
export interface OpenedArtifact extends AsyncDisposable {
  readonly source: Source;
  /** The descriptor its reference stands for now. Layers can be fetched without asking for it. */
  describe(): Promise<Descriptor>;
}

/** What opening needs of the world. */
export interface OpenArtifactPorts extends Pick<Ports, "registries" | "offline"> {
  readonly openCatalog: OpenCatalog;
}

/**
 * Opens the image of a definition's reference: of a registry, with or without `registry://`; `oci-dir://`, `archive://`
 * and `catalog://`. A bare name never means the local engine, which is another on each machine. Throws
 * FLOW_UNSUPPORTED_REFERENCE, FLOW_INPUT_MISSING where nothing may be fetched, and what opening layouts and archives throws.
 */
export async function openArtifact(reference: string, ports: OpenArtifactPorts): Promise<OpenedArtifact> {
  const locator = parseLocator(reference);
  switch (locator.kind) {
    case "catalog": {
      const { source, descriptor } = await ports.openCatalog(formatLocator(locator));
      return opened(source, async () => descriptor);
    }
    case "oci-dir": {
      const layout = await openLayout(locator.path);
      return opened(layout, async () => await layout.choose(locator.reference));
    }
    case "archive": {
      const archive = await openArchive(locator.path);
      return opened(
        archive,
        async () => await archive.choose(locator.reference),
        async () => await archive.close(),
      );
    }
    case "registry":
    case "image": {
      if (ports.offline) throw nothingFetched(reference);
      const { tag, digest } = locator.reference;
      const repository = openRepository(locator.reference, ports.registries);
      return opened(repository, async () => await repository.resolve(digest ?? tag ?? "latest"));
    }
    default:
      throw new FlowError("FLOW_UNSUPPORTED_REFERENCE", `${reference} cannot be an input of an image`, {
        hint: "use the name of an image in a registry, catalog://, oci-dir:// or archive://",
      });
  }
}

function opened(
  source: Source,
  describe: () => Promise<Descriptor>,
  close: () => Promise<void> = async () => {},
): OpenedArtifact {
  return { source, describe, [Symbol.asyncDispose]: close };
}
