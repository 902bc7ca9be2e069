import { isObject } from "../../json.ts";
import { isPackageName, isPackageVersion, splitRequest } from "../name.ts";
import { readBlockMapping } from "./block-mapping.ts";
import { checkCount, checkLines, type Lock, type LockDraft, placeOfRequest, placesOf } from "./lock.ts";
import { readYarnClassic, type YarnEntry } from "./yarn-classic.ts";

/**
 * Reads yarn.lock of Yarn 1 and of Yarn 2 to 4. The workspace's own packages are left out; what they ask for are the
 * roots, where the file has them. Throws SCAN_FILE_INVALID.
 */
export function parseYarnLock(text: string): Lock {
  checkLines(text);
  const isYaml = /^__metadata:/m.test(text);
  const entries = isYaml ? berryEntries(text) : readYarnClassic(text);
  const requests = new Map<string, number>();
  const found: { readonly draft: LockDraft; readonly entry: YarnEntry }[] = [];
  for (const entry of entries.filter((item) => !isOwn(item))) {
    const identity = identityOf(entry);
    if (identity === null) continue;
    for (const request of entry.requests) requests.set(request, found.length);
    found.push({ draft: { ...identity, licenses: [], cpu: null, dependencies: [] }, entry });
    checkCount(found.length);
  }
  const dependenciesOf = (entry: YarnEntry) =>
    placesOf([...entry.dependencies].map(([name, range]) => placeOfRequest(requests, name, range)));
  return {
    kind: "lock",
    packages: found.map(({ draft, entry }) => ({
      ...draft,
      development: false,
      dependencies: dependenciesOf(entry),
    })),
    roots: placesOf(entries.filter(isOwn).flatMap(dependenciesOf)),
    requests: Object.fromEntries(requests),
  };
}

/** A package of the workspace itself. */
function isOwn(entry: YarnEntry): boolean {
  return /^(?:@[^/@]+\/)?[^/@]+@workspace:/.test(entry.resolution ?? "");
}

/** An alias is what it stands for: Yarn 1 has that in the request, later ones in the resolution. */
function identityOf(entry: YarnEntry): { readonly name: string; readonly version: string } | null {
  const { version } = entry;
  const name =
    /^((?:@[^/@]+\/)?[^/@]+)@/.exec(entry.resolution ?? "")?.[1] ?? splitRequest(entry.requests[0] ?? "")?.name;
  return isPackageName(name) && isPackageVersion(version) ? { name, version } : null;
}

function berryEntries(text: string): readonly YarnEntry[] {
  return Object.entries(readBlockMapping(text)).flatMap(([key, value]) => {
    if (!isObject(value)) return [];
    const { version, resolution, dependencies, optionalDependencies } = value;
    if (typeof version !== "string" || key === "__metadata") return [];
    const lists = [dependencies, optionalDependencies].filter(isObject).flatMap((list) => Object.entries(list));
    return {
      requests: key.split(", "),
      version,
      resolution: typeof resolution === "string" ? resolution : null,
      dependencies: new Map(lists.filter((pair): pair is [string, string] => typeof pair[1] === "string")),
    };
  });
}
