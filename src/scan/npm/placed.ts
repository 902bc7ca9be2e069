import { posix } from "node:path";
import type { FoundPackage, ScanContext } from "../cataloger.ts";
import type { NpmFinding } from "./finding.ts";
import type { InstalledPackage } from "./installed.ts";
import { purlOf } from "./name.ts";
import { describe } from "./package.ts";
import type { PlacedPackage, PlacedPackages } from "./plug-and-play.ts";

/**
 * The packages that Plug'n'Play finds and that are there: zip archives, whose own package.json is believed first, and
 * unpacked ones, which are in `installed` already and learn what they depend on. What is for another system is not there.
 */
export function findPlaced(
  context: ScanContext<NpmFinding>,
  installed: readonly InstalledPackage[],
): readonly FoundPackage[] {
  const unpacked = new Map(installed.map((item) => [item.folder, item]));
  return [...context.findings].flatMap(([path, finding]) => {
    if (finding.kind !== "placed") return [];
    const folder = posix.dirname(path);
    const placed = finding.packages.map((item) => placedAt(folder, item, { context, unpacked }));
    const purlsAt = (places: readonly number[]) => places.flatMap((place) => placed[place]?.purl ?? []);
    const found = placed.flatMap((item, at) => {
      const dependsOn = purlsAt(finding.packages[at]?.dependencies ?? []);
      return item === null ? [] : [{ ...item, dependsOn }];
    });
    return [...found, ...applicationsIn(folder, finding, { unpacked, purlsAt })];
  });
}

interface World {
  readonly context: ScanContext<NpmFinding>;
  readonly unpacked: ReadonlyMap<string, InstalledPackage>;
}

function placedAt(folder: string, item: PlacedPackage, { context, unpacked }: World): FoundPackage | null {
  const place = resolveLocation(folder, item.location);
  const known = unpacked.get(place);
  if (known !== undefined) return describe(known.manifest, { purl: known.purl, location: known.path });
  const archive = /^(.+?\.zip)\/node_modules\//.exec(place)?.[1];
  if (archive === undefined || !context.tree.files.has(archive)) return null;
  const finding = context.findings.get(archive);
  const manifest = finding?.kind === "manifest" ? finding : null;
  const { name, version } = manifest ?? item;
  const purl = version === null ? null : purlOf(name, version);
  if (version === null || purl === null) return null;
  return describe(manifest ?? { name, version }, { purl, location: archive });
}

/** The workspace's own package beside the file asks for what its roots are. */
function applicationsIn(
  folder: string,
  placed: PlacedPackages,
  options: Pick<World, "unpacked"> & { purlsAt(places: readonly number[]): readonly string[] },
): readonly FoundPackage[] {
  const own = options.unpacked.get(folder === "." ? "" : folder);
  if (own === undefined) return [];
  const described = describe(own.manifest, { purl: own.purl, location: own.path });
  return [{ ...described, dependsOn: options.purlsAt(placed.roots) }];
}

/**
 * The path that a location means. Packages with peers have a folder that does not exist,
 * `a/__virtual__/<hash>/<n>/<rest>`, which stands for `<rest>` in the folder `n` above `a`.
 */
function resolveLocation(folder: string, location: string): string {
  const [, above, levels = "0", rest = ""] =
    /^(.*?)\/(?:__virtual__|\$\$virtual)\/[^/]+\/([0-9]{1,2})\/(.*)$/.exec(location) ?? [];
  const real = above === undefined ? location : posix.join(above, "../".repeat(Number(levels)), rest);
  return posix.join("/", folder, real).slice(1).replace(/\/$/, "");
}
