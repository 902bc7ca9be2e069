import { isObject } from "../../json.ts";
import { cpuIn } from "../license.ts";
import { isPackageName, isPackageVersion } from "../name.ts";
import { readBlockMapping } from "./block-mapping.ts";
import { checkCount, checkLines, invalidLock, type Lock, type LockDraft, markDevelopment, placesOf } from "./lock.ts";

/**
 * Reads pnpm-lock.yaml of the versions 5, 6 and 9. A package that is there with several sets of peers counts once for
 * each. Links to the workspace's own packages are left out. Throws SCAN_FILE_INVALID.
 */
export function parsePnpmLock(text: string): Lock {
  checkLines(text);
  const lock = readBlockMapping(text);
  if (typeof lock["lockfileVersion"] !== "string") throw invalidLock("it says no version");
  const details = recordAt(lock, "packages");
  const entries = isObject(lock["snapshots"]) ? lock["snapshots"] : details;
  const places = new Map<string, number>();
  const found: { readonly draft: LockDraft; readonly entry: Json }[] = [];
  for (const [key, value] of Object.entries(entries)) {
    const detail = { ...recordAt(details, key.replace(/\(.*$/, "")), ...recordAt(details, key) };
    const identity = identityOf(key, detail);
    if (identity === null) continue;
    places.set(key, found.length);
    found.push({ draft: { ...identity, licenses: [], cpu: cpuIn(detail), dependencies: [] }, entry: recordOf(value) });
    checkCount(found.length);
  }
  const placesIn = (entry: Json, field: string) =>
    placesOf(Object.entries(recordAt(entry, field)).map(([name, value]) => placeOf(name, value, places)));
  const drafts = found.map(({ draft, entry }) => ({ ...draft, dependencies: both(placesIn, entry) }));
  const importers = isObject(lock["importers"]) ? Object.values(lock["importers"]).filter(isObject) : [lock];
  const production = placesOf(importers.flatMap((importer) => both(placesIn, importer)));
  const development = placesOf(importers.flatMap((importer) => placesIn(importer, "devDependencies")));
  return {
    kind: "lock",
    packages: markDevelopment(drafts, { production, development }),
    roots: placesOf([...production, ...development]),
  };
}

type Json = Readonly<Record<string, unknown>>;

function recordOf(value: unknown): Json {
  return isObject(value) ? value : {};
}

function recordAt(json: Json, key: string): Json {
  return recordOf(Object.hasOwn(json, key) ? json[key] : undefined);
}

function both(find: (entry: Json, field: string) => readonly number[], entry: Json): readonly number[] {
  return placesOf([...find(entry, "dependencies"), ...find(entry, "optionalDependencies")]);
}

/**
 * `/@scope/name/1.0.0_peer@2` of version 5, `/@scope/name@1.0.0(peer@2)` of 6, the same without slash of 9. What comes
 * from elsewhere than a registry has an address as its key, or after its name, and its name and version beside it.
 */
function identityOf(key: string, detail: Json): { readonly name: string; readonly version: string } | null {
  const plain = key.replace(/\(.*$/, "");
  const [, byKey, exact] =
    /^\/?((?:@[^/@]+\/)?[^/@]+)@([^/:]+)$/.exec(plain) ??
    /^(?:[^/@]*\.[^/@]*)?\/((?:@[^/]+\/)?[^/@]+)\/([^/_]+)(?:_.*)?$/.exec(plain) ??
    [];
  const named = /^((?:@[^/@]+\/)?[^/@]+)@/.exec(plain)?.[1];
  const { name = byKey ?? named, version = exact } = detail;
  return isPackageName(name) && isPackageVersion(version) ? { name, version } : null;
}

/** A dependency is a version, a whole key where it is known by another name, or of importers an object with either. */
function placeOf(name: string, value: unknown, places: ReadonlyMap<string, number>): number | undefined {
  const { version } = isObject(value) ? value : { version: value };
  if (typeof version !== "string") return undefined;
  const keys = [`${name}@${version}`, `/${name}@${version}`, `/${name}/${version}`, version];
  return keys.map((key) => places.get(key)).find((place) => place !== undefined);
}
