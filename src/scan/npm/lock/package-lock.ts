import { isObject, parseObject } from "../../json.ts";
import { cpuIn, licensesIn } from "../license.ts";
import { isPackageName, isPackageVersion, splitRequest } from "../name.ts";
import { checkCount, invalidLock, type Lock, type LockedPackage, placesOf } from "./lock.ts";

/**
 * Reads package-lock.json and npm-shrinkwrap.json of lockfileVersion 1, 2 and 3 (package-lock-json(5)). Links to the
 * project's own folders are left out, and what version 1 locks without a version, such as a Git repository. Throws
 * SCAN_FILE_INVALID.
 */
export function parsePackageLock(text: string): Lock {
  const json = parseObject(text);
  if (json === null) throw invalidLock("it is not JSON");
  const { packages, dependencies } = json;
  if (isObject(packages)) return readPlaces(packages);
  if (isObject(dependencies)) return readNested(dependencies);
  if (packages === undefined && dependencies === undefined) return { kind: "lock", packages: [], roots: [] };
  throw invalidLock("its packages are not in the form of any version of npm");
}

type Json = Readonly<Record<string, unknown>>;

/** Versions 2 and 3: every package by the folder it is installed in, the project itself by "". */
function readPlaces(entries: Json): Lock {
  const packages: (LockedPackage & { readonly folder: string; readonly entry: Json })[] = [];
  const places = new Map<string, number>();
  for (const [folder, entry] of Object.entries(entries)) {
    const inFolder = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(folder)?.[1];
    if (inFolder === undefined || !isObject(entry) || entry["link"] === true) continue;
    const { name = inFolder, version, dev } = entry;
    if (!isPackageName(name) || !isPackageVersion(version)) continue;
    places.set(folder, packages.length);
    const item = { name, version, licenses: licensesIn(entry), cpu: cpuIn(entry), development: dev === true };
    packages.push({ ...item, dependencies: [], folder, entry });
    checkCount(packages.length);
  }
  const resolve = createResolver(places);
  const find = (folder: string, entry: Json) => resolve(folder, dependencyNames(entry));
  const own = Object.entries(entries).filter(([folder]) => !/(?:^|\/)node_modules\//.test(folder));
  const roots = own.flatMap(([folder, entry]) => (isObject(entry) ? find(folder, entry) : []));
  return {
    kind: "lock",
    packages: packages.map(({ folder, entry, ...item }) => ({ ...item, dependencies: find(folder, entry) })),
    roots: placesOf(roots),
  };
}

const fields = ["dependencies", "optionalDependencies", "peerDependencies", "devDependencies"];

function dependencyNames(entry: Json): readonly string[] {
  return fields.flatMap((field) => {
    const { [field]: list } = entry;
    return isObject(list) ? Object.keys(list).slice(0, mostDependencies) : [];
  });
}

const mostDependencies = 2000;

/** As Node finds a package: in the node_modules of the folder, then of the folders above it. */
function createResolver(
  places: ReadonlyMap<string, number>,
): (from: string, names: readonly string[]) => readonly number[] {
  const known = new Set([...places.keys()].map((folder) => folder.slice(folder.lastIndexOf("node_modules/") + 13)));
  let room = mostLookedAt;
  return (from, names) => {
    const parts = from === "" ? [] : from.split("/", deepest);
    const folders = [...parts.keys(), parts.length]
      .filter((length) => parts[length - 1] !== "node_modules")
      .map((length) => [...parts.slice(0, length), "node_modules", ""].join("/"))
      .reverse();
    const find = (name: string): number | undefined => {
      for (const folder of folders) {
        room -= folder.length;
        const place = room < 0 ? undefined : places.get(folder + name);
        if (place !== undefined) return place;
      }
      return undefined;
    };
    return placesOf(names.filter((name) => known.has(name)).map(find));
  };
}

/** Characters of paths looked for in all. The largest projects known need a hundredth of it. */
const mostLookedAt = 500_000_000;

/** Folders or dependencies nested deeper than this are nobody's. */
const deepest = 100;

/** A dependency of version 1 with what stands above it. */
interface Nested {
  readonly above: Nested | null;
  readonly children: Json;
  /** Places of the children, by the name of their folder. */
  readonly places: Map<string, number>;
}

interface NestedPackage extends LockedPackage {
  readonly within: Nested;
  readonly requires: readonly string[];
}

/** Version 1: what is installed in a package's own node_modules is nested in it. */
function readNested(dependencies: Json): Lock {
  const packages: NestedPackage[] = [];
  const top: Nested = { above: null, children: dependencies, places: new Map() };
  const levels: { readonly level: Nested; readonly depth: number }[] = [{ level: top, depth: 0 }];
  for (let next = levels.pop(); next !== undefined; next = levels.pop()) {
    const { level, depth } = next;
    if (depth > deepest) throw invalidLock(`its packages are nested more than ${deepest} deep`);
    for (const [folder, entry] of Object.entries(level.children)) {
      if (!isObject(entry)) continue;
      const { requires, dependencies: inner, dev } = entry;
      const within: Nested = { above: level, children: isObject(inner) ? inner : {}, places: new Map() };
      levels.push({ level: within, depth: depth + 1 });
      const identity = nestedIdentity(folder, entry);
      if (identity === null) continue;
      level.places.set(folder, packages.length);
      const names = isObject(requires) ? Object.keys(requires).slice(0, mostDependencies) : [];
      const plain = { licenses: [], cpu: null, dependencies: [], development: dev === true };
      packages.push({ ...identity, ...plain, within, requires: names });
      checkCount(packages.length);
    }
  }
  const resolve = createNestedResolver();
  return {
    kind: "lock",
    packages: packages.map(({ within, requires, ...item }) => ({
      ...item,
      dependencies: placesOf(requires.map((name) => resolve(within, name))),
    })),
    // Which of them the project itself asked for, version 1 does not say.
    roots: [],
    requests: Object.fromEntries(top.places),
  };
}

function nestedIdentity(folder: string, entry: Json): { readonly name: string; readonly version: string } | null {
  const { version } = entry;
  const alias = typeof version === "string" && version.startsWith("npm:") ? splitRequest(`${folder}@${version}`) : null;
  const identity = { name: alias?.name ?? folder, version: alias?.range ?? version };
  const { name, version: exact } = identity;
  return isPackageName(name) && isPackageVersion(exact) ? { name, version: exact } : null;
}

function createNestedResolver(): (from: Nested, name: string) => number | undefined {
  let levels = mostLevelsLookedAt;
  return (from, name) => {
    for (let level: Nested | null = from; level !== null && levels > 0; level = level.above, levels--) {
      const place = level.places.get(name);
      if (place !== undefined) return place;
    }
    return undefined;
  };
}

const mostLevelsLookedAt = 20_000_000;
