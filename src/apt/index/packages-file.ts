import { dirname } from "node:path/posix";
import type { ReleaseBody } from "../../debian/release.ts";
import { AptError } from "../error.ts";

/** A Packages file as a Release vouches for it, ready to be downloaded. Sizes in bytes. */
export interface PackagesFile {
  readonly name: string;
  readonly urls: readonly string[];
  readonly sha256: string;
  readonly size: number;
  /** Most bytes it may unpack to. */
  readonly unpackedLimit: number;
}

/** Which Packages file of which suite; `base` is a mirror's base URL. */
export interface PackagesFileChoice {
  readonly base: string;
  readonly suite: string;
  readonly component: string;
  readonly architecture: string;
}

/** A Packages file by its place. */
export interface PackagesFilePlace {
  /** URL of the folder that InRelease lies in, without slash at the end. */
  readonly folder: string;
  /** Below that folder, as Release lists it without a compression's ending. */
  readonly path: string;
  /** For messages: `packages of trixie/main for amd64`. */
  readonly name: string;
}

const largestUnpacked = 2 ** 30;

/** The Packages file of a component in the usual layout of an archive. Throws APT_INDEX_MISSING. */
export function packagesFile(body: ReleaseBody, choice: PackagesFileChoice): PackagesFile {
  const { base, suite, component, architecture } = choice;
  return packagesFileAt(body, {
    folder: `${base}/dists/${suite}`,
    path: `${component}/binary-${architecture}/Packages`,
    name: `packages of ${suite}/${component} for ${architecture}`,
  });
}

/** Whether `body` lists the Packages file at `path`, in whatever form. */
export function hasPackagesFile(body: ReleaseBody, path: string): boolean {
  return listedPath(body, path) !== undefined;
}

function listedPath(body: ReleaseBody, path: string): string | undefined {
  return [`${path}.xz`, `${path}.gz`, path].find((candidate) => body.files.has(candidate));
}

/**
 * The best compressed Packages file that `body` lists: xz before gzip before none, by its hash where the archive offers
 * that (`Acquire-By-Hash`), so that a mirror being updated still serves it. Throws APT_INDEX_MISSING.
 */
export function packagesFileAt(body: ReleaseBody, place: PackagesFilePlace): PackagesFile {
  const { folder, name } = place;
  const path = listedPath(body, place.path);
  const file = path === undefined ? undefined : body.files.get(path);
  if (path === undefined || file === undefined) {
    throw new AptError("APT_INDEX_MISSING", `there are no ${name}`, {
      hint: "this release does not have that architecture or component (any more); choose another",
    });
  }
  const byHash = [folder, dirname(path), "by-hash/SHA256", file.sha256].filter((part) => part !== ".").join("/");
  return {
    name,
    urls: body.acquireByHash ? [byHash, `${folder}/${path}`] : [`${folder}/${path}`],
    sha256: file.sha256,
    size: file.size,
    unpackedLimit: Math.min(largestUnpacked, body.files.get(place.path)?.size ?? largestUnpacked),
  };
}
