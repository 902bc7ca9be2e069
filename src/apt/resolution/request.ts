import { isDebianVersion } from "../../debian/version.ts";
import { AptError } from "../error.ts";

/** A list of packages, read. */
export interface PackageRequest {
  /** Names asked for, with the exact version where one is given. */
  readonly wanted: ReadonlyMap<string, string | null>;
  /** Names never to choose; those that are asked for too are not among them. */
  readonly excluded: ReadonlySet<string>;
}

const namePattern = /^[a-z0-9][a-z0-9+.-]*$/;

/**
 * Reads entries `name`, `name=version` and `!name`. A name may come both with and without a version: the version counts;
 * both with and without `!`: it is wanted. Throws APT_REQUEST_INVALID, also for two versions of one name.
 */
export function parsePackageRequest(entries: readonly string[]): PackageRequest {
  const wanted = new Map<string, string | null>();
  const excluded = new Set<string>();
  for (const entry of entries) {
    const excludes = entry.startsWith("!");
    const [name = "", ...rest] = (excludes ? entry.slice(1) : entry).split("=");
    const version = rest.length === 0 ? null : rest.join("=");
    if (!namePattern.test(name) || (version !== null && (excludes || !isDebianVersion(version)))) {
      throw invalid(entry, "is not a package");
    }
    const known = wanted.get(name) ?? null;
    if (excludes) excluded.add(name);
    else if (known !== null && version !== null && known !== version)
      throw invalid(entry, `contradicts ${name}=${known}`);
    else wanted.set(name, version ?? known);
  }
  for (const name of wanted.keys()) excluded.delete(name);
  return { wanted, excluded };
}

function invalid(entry: string, problem: string): AptError {
  return new AptError("APT_REQUEST_INVALID", `${JSON.stringify(entry.slice(0, 200))} ${problem}`, {
    hint: "write name, name=version, or !name to leave a dependency out",
  });
}
