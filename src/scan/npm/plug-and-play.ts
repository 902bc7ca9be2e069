import { isObject, parseObject } from "../json.ts";
import { checkCount, invalidLock, placesOf } from "./lock/lock.ts";
import { isPackageName, isPackageVersion } from "./name.ts";

/** A package as Yarn's Plug'n'Play finds it. */
export interface PlacedPackage {
  readonly name: string;
  /** null where only its own package.json says, as of patched packages. */
  readonly version: string | null;
  /** Its folder as the file has it, relative to the file's own: `./.yarn/cache/a.zip/node_modules/a/`. */
  readonly location: string;
  /** What it depends on, as places in the list. */
  readonly dependencies: readonly number[];
}

/** What `.pnp.cjs` says is installed. */
export interface PlacedPackages {
  readonly kind: "placed";
  readonly packages: readonly PlacedPackage[];
  /** What the workspace's own packages depend on, as places in the list. */
  readonly roots: readonly number[];
}

/**
 * Reads `.pnp.cjs`, or `.pnp.data.json` that Yarn writes beside it where it is to be small (Yarn's PnP specification,
 * "Manifest reference"). null for a script without that data. Throws SCAN_FILE_INVALID.
 */
export function parsePlugAndPlay(text: string): PlacedPackages | null {
  const data = dataIn(text);
  if (data === null) return null;
  const { packageRegistryData: registry } = data;
  if (!Array.isArray(registry)) throw invalidLock("it names no packages");
  const places = new Map<string, number>();
  const found: Entry[] = [];
  const own: Entry[] = [];
  for (const entry of entriesIn(registry)) {
    const { name, reference } = entry;
    if (name === null || reference.startsWith("workspace:")) {
      own.push(entry);
      continue;
    }
    places.set(keyOf(name, reference), found.length);
    found.push(entry);
    checkCount(found.length);
  }
  const find = (entry: Entry) => placesOf(entry.dependencies.map((key) => places.get(key)));
  return {
    kind: "placed",
    packages: found.map((entry) => ({
      name: entry.name ?? "",
      version: versionIn(entry.reference),
      location: entry.location,
      dependencies: find(entry),
    })),
    roots: placesOf(own.flatMap(find)),
  };
}

interface Entry {
  readonly name: string | null;
  readonly reference: string;
  readonly location: string;
  readonly dependencies: readonly string[];
}

/** The script has its data as JSON in a text of JavaScript whose lines end in a backslash; up to Yarn 3 it is an argument. */
function dataIn(text: string): Readonly<Record<string, unknown>> | null {
  if (text.trimStart().startsWith("{")) return read(text);
  const beginning = /\b(?:RAW_RUNTIME_STATE\s*=\s*|hydrateRuntimeState\(JSON\.parse\()'/.exec(text);
  if (beginning === null) return null;
  const rest = text.slice(beginning.index + beginning[0].length);
  const end = /\n *\}'/.exec(rest);
  if (end === null) throw invalidLock("the data in it has no end");
  const literal = rest.slice(0, end.index + end[0].length - 1);
  return read(literal.replaceAll(/\\(\r?\n|.)/g, (_, after: string) => (after.endsWith("\n") ? "" : after)));
}

function read(json: string): Readonly<Record<string, unknown>> {
  const data = parseObject(json);
  if (data === null) throw invalidLock("the data in it is not JSON");
  return data;
}

/** Pairs of a name and pairs of a reference and what it is; both are null for the workspace itself. */
function* entriesIn(registry: readonly unknown[]): Generator<Entry> {
  for (const pair of registry) {
    const [name, references] = pairOf(pair);
    if (!(name === null || isPackageName(name)) || !Array.isArray(references)) continue;
    for (const [reference, information] of references.map(pairOf)) {
      if (!isObject(information)) continue;
      const { packageLocation: location, packageDependencies: dependencies } = information;
      if (typeof location !== "string" || location.length > longestPath) continue;
      yield {
        name,
        reference: typeof reference === "string" ? reference : "workspace:",
        location,
        dependencies: Array.isArray(dependencies) ? dependencies.slice(0, mostDependencies).flatMap(keysIn) : [],
      };
    }
  }
}

const longestPath = 4096;
const mostDependencies = 2000;

function pairOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** `[name, reference]`, or `[name, [its real name, reference]]`. */
function keysIn(dependency: unknown): readonly string[] {
  const [name, target] = pairOf(dependency);
  const [real, reference] = Array.isArray(target) ? target : [name, target];
  return typeof real === "string" && typeof reference === "string" ? [keyOf(real, reference)] : [];
}

function keyOf(name: string, reference: string): string {
  return `${name}@${reference}`;
}

/** `npm:1.0.0`, `virtual:abc#npm:1.0.0`. */
function versionIn(reference: string): string | null {
  const version = /^(?:virtual:[^#]*#)?npm:([^:]+)(?:::.*)?$/.exec(reference)?.[1];
  return isPackageVersion(version) ? version : null;
}
