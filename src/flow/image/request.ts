import type { DebianPocket } from "../../apt/model.ts";
import type { DefinitionKind } from "../../catalog/catalog.ts";
import { type CatalogMatch, findBaseline, findImage } from "../../catalog/find.ts";
import type { LockedPlatform } from "../../definition/lock.ts";
import { formatPlatform, parsePlatform } from "../../oci/platform.ts";
import { FlowError } from "../error.ts";
import type { Ports } from "../ports.ts";

/** An image of the catalogue to be locked or built. `platforms` empty means all its definition names. */
export interface ImageRequest {
  readonly kind: DefinitionKind;
  /** `node:24-debian13`. */
  readonly name: string;
  readonly platforms: readonly string[];
  /** Parts of the archive to take packages from; default all: the release, its updates and security. */
  readonly pockets?: readonly DebianPocket[];
}

/** What a request leads to in the catalogue. */
export interface FoundImage {
  readonly match: CatalogMatch;
  readonly platforms: readonly LockedPlatform[];
}

/**
 * Finds a request's definition. Throws FLOW_PLATFORM_UNSUPPORTED for a platform it does not name, FLOW_BUILD_UNSUPPORTED
 * for a Helm chart.
 */
export async function findRequested(request: ImageRequest, ports: Pick<Ports, "library">): Promise<FoundImage> {
  const catalog = await ports.library.catalog();
  const match =
    request.kind === "image" ? await findImage(catalog, request.name) : await findBaseline(catalog, request.name);
  if (match.source.definition.variant === "helm") {
    throw new FlowError(
      "FLOW_BUILD_UNSUPPORTED",
      `${request.name} is a Helm chart (${match.entry.path}), not an image`,
      {
        hint: "charts are not built here; leave it to Helm",
      },
    );
  }
  const chosen = choosePlatforms(request, match);
  // Which platforms a build was of only its digest tells.
  return { match, platforms: match.requiredBuild === null ? chosen : match.source.definition.platforms };
}

function choosePlatforms(request: ImageRequest, match: CatalogMatch): readonly LockedPlatform[] {
  const offered = match.source.definition.platforms;
  if (request.platforms.length === 0) return offered;
  return [...new Set(request.platforms.map((text) => formatPlatform(parsePlatform(text))))].map((wanted) => {
    const found = offered.find((platform) => platform === wanted);
    if (found !== undefined) return found;
    throw new FlowError("FLOW_PLATFORM_UNSUPPORTED", `${request.name} is not made for ${wanted}`, {
      hint: `its definition names ${offered.join(", ")}`,
    });
  });
}
