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

const largestUnpacked = 2 ** 30;

/**
 * The best compressed Packages file that `body` lists: xz before gzip before none, by its hash where the archive offers
 * that (`Acquire-By-Hash`), so that a mirror being updated still serves it. Throws APT_INDEX_MISSING.
 */
export function packagesFile(body: ReleaseBody, choice: PackagesFileChoice): PackagesFile {
  const plain = `${choice.component}/binary-${choice.architecture}/Packages`;
  const path = [`${plain}.xz`, `${plain}.gz`, plain].find((candidate) => body.files.has(candidate));
  const file = path === undefined ? undefined : body.files.get(path);
  if (path === undefined || file === undefined) {
    throw new AptError(
      "APT_INDEX_MISSING",
      `${choice.suite} has no packages of ${choice.component} for ${choice.architecture}`,
      {
        hint: "this release does not have that architecture or component (any more); choose another",
      },
    );
  }
  const folder = `${choice.base}/dists/${choice.suite}`;
  const byHash = `${folder}/${dirname(path)}/by-hash/SHA256/${file.sha256}`;
  return {
    name: `packages of ${choice.suite}/${choice.component} for ${choice.architecture}`,
    urls: body.acquireByHash ? [byHash, `${folder}/${path}`] : [`${folder}/${path}`],
    sha256: file.sha256,
    size: file.size,
    unpackedLimit: Math.min(largestUnpacked, body.files.get(plain)?.size ?? largestUnpacked),
  };
}
