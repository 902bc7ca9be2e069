import type { Locator } from "../../oci/locator.ts";
import type { Platform } from "../../oci/platform.ts";
import { type Built, buildFromCatalog } from "../build.ts";
import { everyTag } from "../image/build-report.ts";
import type { Ports } from "../ports.ts";

/** An image of the catalogue, and what its readers must know of it. */
export interface NamedBuild {
  readonly built: Built;
  readonly notes: readonly string[];
  readonly names: readonly string[];
}

/**
 * Builds an image of the catalogue, or a reconstruction, when it is needed; for all its platforms where none is chosen. `anyTag`
 * as in a `BuildRequest`.
 */
export async function buildNamed(
  locator: Extract<Locator, { readonly kind: "catalog" | "baseline" }>,
  { platform, anyTag }: { readonly platform: Platform | null; readonly anyTag: boolean },
  ports: Ports,
): Promise<NamedBuild> {
  const kind = locator.kind === "catalog" ? "image" : "baseline";
  const name = `${locator.name}${locator.tag === null ? "" : `:${locator.tag}`}`;
  const platforms = platform === null ? [] : [`${platform.os}/${platform.architecture}`];
  const built = await buildFromCatalog({ kind, name, platforms, locked: null, anyTag }, ports);
  return { built, notes: notesOf(built), names: namesOfBuilt(built) };
}

/** A reconstruction has tags only: the name of what it stands for is not its own. */
function namesOfBuilt(built: Built): readonly string[] {
  const tags = everyTag(built);
  return built.request.kind === "image" ? tags.map((tag) => `hardpan/dhi-${built.name}:${tag}`) : tags;
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
