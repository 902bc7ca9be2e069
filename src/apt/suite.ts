import { type IndexPart, mergeIndex } from "./index/merged.ts";
import { type PackagesFile, packagesFile } from "./index/packages-file.ts";
import { closePart, openPart } from "./index/part.ts";
import type { DebianArchitecture, DebianPocket, PackageIndex } from "./model.ts";
import type { AptOptions, AptPorts } from "./ports.ts";
import { acquireRelease, type SuiteChoice } from "./release.ts";
import type { VerifiedRelease } from "./signed-release.ts";
import { mirrorsFor } from "./sources.ts";

/** What to acquire: a Debian release by its code name, for one architecture. */
export interface IndexRequest {
  readonly codename: string;
  readonly architecture: DebianArchitecture;
  /** Default `main` alone. */
  readonly components?: readonly string[];
  /** Default the release itself, its updates and its security updates. */
  readonly pockets?: readonly DebianPocket[];
}

/** One suite of Debian's archive with some of its components, for one architecture. */
export interface SuiteRequest extends SuiteChoice {
  readonly components: readonly string[];
  readonly architecture: DebianArchitecture;
}

/** What is acquired unless something else is asked for. */
export const usualPockets: readonly DebianPocket[] = ["release", "updates", "security"];

/**
 * Acquires the packages of a Debian release: each suite's InRelease is verified, each index checked against it, and
 * parsed once into a form that later runs open in milliseconds. Close the answer when done. Throws what
 * `acquireRelease` throws, APT_INDEX_MISSING, APT_INDEX_INVALID, and HTTP_… and CACHE_….
 */
export async function acquireIndex(
  request: IndexRequest,
  ports: AptPorts,
  options: AptOptions = {},
): Promise<PackageIndex> {
  const { codename, architecture, components = ["main"], pockets = usualPockets } = request;
  const suites = pockets.map((pocket) => ({ codename, pocket, components, architecture }));
  return mergeIndex(await acquireSuites(suites, ports, options), { architecture });
}

/** As `acquireIndex`, for parts of an index yet to be merged: `mergeIndex` makes one of them, or `closePart` closes each. */
export async function acquireSuites(
  suites: readonly SuiteRequest[],
  ports: AptPorts,
  options: AptOptions = {},
): Promise<readonly IndexPart[]> {
  const releases = await Promise.all(
    suites.map(async (suite) => ({ suite, verified: await acquireRelease(suite, ports, options) })),
  );
  const parts: IndexPart[] = [];
  try {
    for (const { suite, verified } of releases) {
      const files = suite.components.map((component) => fileOf(verified, { component, suite, ports }));
      parts.push(
        await openPart({ release: verified.release, files, architecture: suite.architecture }, ports, options),
      );
    }
    return parts;
  } catch (cause) {
    for (const part of parts) closePart(part);
    throw cause;
  }
}

/** The Packages file of one component, from any mirror of the suite. */
function fileOf(
  { release, body }: VerifiedRelease,
  options: { readonly component: string; readonly suite: SuiteRequest; readonly ports: AptPorts },
): PackagesFile {
  const { component, suite } = options;
  const { architecture } = suite;
  const fileAt = (base: string) => packagesFile(body, { base, suite: release.suite, component, architecture });
  const urls = mirrorsFor(options.ports.mirrors, suite.pocket).flatMap((base) => fileAt(base).urls);
  return { ...fileAt(release.mirror), urls };
}
