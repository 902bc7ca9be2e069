import { ScanError } from "../error.ts";
import { isObject, parseObject } from "../json.ts";

/** A NuGet package as an application's or framework's deps.json has it. */
export interface DepsPackage {
  readonly name: string;
  readonly version: string;
  /** Files it brought, as they may lie beside the deps.json: `A.dll`, `de/A.resources.dll`, `runtimes/linux/native/liba.so`. */
  readonly files: readonly string[];
  /** Names of packages of the same file that it needs. */
  readonly dependsOn: readonly string[];
}

const mostPackages = 20_000;
const mostFiles = 20_000;

/** The kinds of library that are packages; a self-contained application has its runtime as a `runtimepack`. */
const packageTypes = new Set<unknown>(["package", "runtimepack"]);
const runtimePack = "runtimepack.";

/**
 * Reads a deps.json, the .NET host's list of what an application consists of: its libraries that are packages and bring
 * something to run. Projects, which are published nowhere, and packages that only lead to others are left out. null for
 * other JSON; throws SCAN_FILE_INVALID for what is none.
 */
export function parseDeps(text: string): readonly DepsPackage[] | null {
  const document = parseObject(text.replace(/^\uFEFF/, ""));
  if (document === null) {
    throw new ScanError("SCAN_FILE_INVALID", "it is not JSON, as the .NET host writes it", {
      hint: "the file is damaged; the packages it names are missing from the list",
    });
  }
  const { libraries, targets, runtimeTarget } = document;
  if (!isObject(libraries) || !isObject(targets)) return null;
  const target = chosenTarget(targets, runtimeTarget);
  const isBare = Object.keys(target).length === 0;
  const room = { left: mostFiles };
  return Object.entries(libraries)
    .slice(0, mostPackages)
    .flatMap(([key, library]): readonly DepsPackage[] => {
      const identity = identityOf(key);
      if (identity === null || !isObject(library) || !packageTypes.has(library["type"])) return [];
      const entry = target[key];
      // A file that says nothing of what runs still names what the application was built from.
      if (!isObject(entry)) return isBare ? [{ ...identity, files: [], dependsOn: [] }] : [];
      const files = filesOf(entry, room);
      return files === null ? [] : [{ ...identity, files, dependsOn: namesIn(entry["dependencies"]) }];
    });
}

/** What runs: the target the file names, else the first that says something. */
function chosenTarget(targets: Readonly<Record<string, unknown>>, runtime: unknown): Readonly<Record<string, unknown>> {
  const name = isObject(runtime) ? runtime["name"] : runtime;
  const target = typeof name === "string" && Object.hasOwn(targets, name) ? targets[name] : null;
  const all = target === null ? Object.values(targets) : [target];
  return all.filter(isObject).find((one) => Object.keys(one).length > 0) ?? {};
}

function identityOf(key: string): { readonly name: string; readonly version: string } | null {
  const slash = key.indexOf("/");
  if (slash < 0 || key.length > 300) return null;
  const id = key.slice(0, slash);
  const name = id.startsWith(runtimePack) ? id.slice(runtimePack.length) : id;
  const version = key.slice(slash + 1);
  return isPackageName(name) && isPackageVersion(version) ? { name, version } : null;
}

/** Whether NuGet takes `name` for a package's. */
export function isPackageName(name: string): boolean {
  return name.length <= 200 && /^\w[\w.-]*$/.test(name);
}

/** Whether NuGet takes `version` for a version: SemVer 2, or with a fourth number. */
export function isPackageVersion(version: string): boolean {
  return version.length <= 100 && /^\d[0-9A-Za-z.+-]*$/.test(version);
}

/** null for a package that brings no file. */
function filesOf(entry: Readonly<Record<string, unknown>>, room: { left: number }): readonly string[] | null {
  const groups = ["runtime", "native", "runtimeTargets", "resources"].flatMap((group) => {
    const assets = entry[group];
    return isObject(assets) ? Object.entries(assets) : [];
  });
  if (groups.length === 0) return null;
  const files = groups.slice(0, room.left).flatMap(([path, asset]) => placesOf(path, asset));
  room.left -= Math.min(groups.length, room.left);
  return [...new Set(files)];
}

/** Where publishing puts an asset: what is for one platform keeps its path, a translation goes into its language's folder. */
function placesOf(path: string, asset: unknown): readonly string[] {
  if (path.length > 300 || path.split("/").includes("..")) return [];
  const name = path.slice(path.lastIndexOf("/") + 1);
  const locale = isObject(asset) ? asset["locale"] : undefined;
  if (typeof locale === "string" && /^[A-Za-z-]{2,20}$/.test(locale)) return [`${locale}/${name}`];
  return path.startsWith("runtimes/") ? [name, path] : [name];
}

function namesIn(dependencies: unknown): readonly string[] {
  return isObject(dependencies) ? Object.keys(dependencies).filter(isPackageName).slice(0, 1000) : [];
}
